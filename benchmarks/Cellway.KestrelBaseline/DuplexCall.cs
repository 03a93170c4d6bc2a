using System.Net;
using System.Net.Http.Headers;

namespace Cellway.KestrelBaseline;

/// <summary>The client side of one gRPC stream on <see cref="HttpMessageInvoker"/>.</summary>
internal sealed class DuplexCall : IDisposable
{
    private static readonly MediaTypeHeaderValue s_grpc = new("application/grpc");

    private readonly DuplexContent _content = new();
    private readonly CancellationTokenSource _cut = new();
    private Task<HttpResponseMessage>? _answer;
    private HttpResponseMessage? _response;
    private Stream? _downlink;

    private DuplexCall()
    {
    }

    public Stream Uplink { get; private set; } = Stream.Null;

    /// <summary>Returns once the connection is up and the request's head is written.</summary>
    /// <exception cref="IOException">There is no connection.</exception>
    public static async Task<DuplexCall> OpenAsync(HttpMessageInvoker http, Uri uri, CancellationToken cancellationToken)
    {
        var call = new DuplexCall();
        try
        {
            call._content.Headers.ContentType = s_grpc;
            var request = new HttpRequestMessage(HttpMethod.Post, uri)
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = call._content,
            };
            request.Headers.TryAddWithoutValidation("te", "trailers");
            using var link = cancellationToken.UnsafeRegister(static c => ((DuplexCall)c!)._cut.Cancel(), call);
            call._answer = http.SendAsync(request, call._cut.Token);
            await Task.WhenAny(call._content.Opened, call._answer);
            if (!call._content.Opened.IsCompleted)
            {
                await call._answer; // throws, unless the server answered before it could see the request
            }

            call.Uplink = await call._content.Opened.WaitAsync(cancellationToken);
            return call;
        }
        catch (Exception e)
        {
            call.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw e as IOException ?? new IOException(e.Message, e);
        }
    }

    /// <summary>Waits for the head of the response.</summary>
    /// <returns>0 for a tunnel, else the HTTP status.</returns>
    /// <exception cref="IOException">The connection was lost, or the stream reset.</exception>
    public async Task<int> AnswerAsync(CancellationToken cancellationToken)
    {
        try
        {
            _response = await _answer!.WaitAsync(cancellationToken);
            if (_response.StatusCode != HttpStatusCode.OK
                || _response.Content.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
            {
                return (int)_response.StatusCode;
            }

            _downlink = await _response.Content.ReadAsStreamAsync(cancellationToken);
            return 0;
        }
        catch (HttpRequestException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Reads the response; 0 only at an end with trailers that say so.</summary>
    /// <exception cref="IOException">The stream was reset, or ended without <c>grpc-status: 0</c>.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = await _downlink!.ReadAsync(buffer, cancellationToken);
        if (count == 0 && buffer.Length > 0
            && !(_response!.TrailingHeaders.TryGetValues("grpc-status", out var status) && status.FirstOrDefault() == "0"))
        {
            throw new IOException("The stream ended without a status.");
        }

        return count;
    }

    public void End() => _content.End();

    public void Dispose()
    {
        // The order matters: the cancelled request resets the stream; a disposed response alone might let the body go on.
        _cut.Cancel();
        _content.End();
        _downlink?.Dispose();
        _response?.Dispose();
        if (_response is null && _answer is not null)
        {
            _ = DiscardAsync(_answer);
        }
    }

    // Observes the failure that the cancellation causes; there is nobody left to tell.
    private static async Task DiscardAsync(Task<HttpResponseMessage> answer)
    {
        try
        {
            (await answer).Dispose();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
        }
    }
}
