using Cellway.Model.State;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Cellway.Manager.Api;

/// <summary>Tells a node to try again when the state cannot be reached; it would take any other failure for final.</summary>
internal sealed class StateErrors : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        TranslateAsync(() => continuation(request, context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        TranslateAsync(async () =>
        {
            await continuation(requestStream, responseStream, context);
            return true;
        });

    private static async Task<T> TranslateAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (StateUnavailableException)
        {
            throw new RpcException(new(StatusCode.Unavailable, "the state cannot be reached now; ask again"));
        }
    }
}
