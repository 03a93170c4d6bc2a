using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Node.Hosting;
using Grpc.Core;

namespace Cellway.Node.PhoneHome;

/// <summary>An Entry's questions to management, on the connection on which it is attached.</summary>
public sealed class ManagementClient
{
    private readonly ManagementLink _link;
    private readonly NodeOptions _options;
    private readonly TimeProvider _time;

    internal ManagementClient(ManagementLink link, NodeOptions options, TimeProvider time)
    {
        _link = link;
        _options = options;
        _time = time;
    }

    /// <summary>Where the sessions of a device may go.</summary>
    /// <param name="credentialHash">Of the VLESS id with bytes 6 and 7 zeroed.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    public async Task<Lookup<ResolveReply>> ResolveAsync(Hash256 credentialHash, CancellationToken cancellationToken)
    {
        if (_link.Questions is not { } questions)
        {
            return default;
        }

        using var deadline = new CancellationTokenSource(_options.CallTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await questions.AskAsync(credentialHash, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return default;
        }
    }

    /// <summary>What to answer to a subscription's holder.</summary>
    public Task<Lookup<SubscriptionReply>> FetchSubscriptionAsync(SubscriptionRequest request, CancellationToken cancellationToken) =>
        AskAsync((client, token) => client.FetchSubscriptionAsync(request, cancellationToken: token), cancellationToken);

    private async Task<Lookup<T>> AskAsync<T>(
        Func<Model.Contracts.PhoneHome.PhoneHomeClient, CancellationToken, AsyncUnaryCall<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        if (_link.Channel is not { } channel)
        {
            return new(LookupStatus.Unavailable, null);
        }

        using var deadline = new CancellationTokenSource(_options.CallTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return new(LookupStatus.Found, await ask(new(channel), either.Token));
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new(e.StatusCode == StatusCode.NotFound ? LookupStatus.NotFound : LookupStatus.Unavailable, null);
        }
        catch (RpcException e)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
        catch (ObjectDisposedException)
        {
            return new(LookupStatus.Unavailable, null);
        }
    }
}
