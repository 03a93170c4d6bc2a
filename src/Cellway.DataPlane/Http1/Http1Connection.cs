using System.Buffers;
using Cellway.DataPlane.Cover;

namespace Cellway.DataPlane.Http1;

/// <summary>The server side of one HTTP/1 connection, as nginx 1.22 behaves for a static site.</summary>
/// <remarks>
/// <code>
///   wait ──▶ head ──▶ site ──▶ response ──▶ rest of the body ──▶ wait for the next one
///    │        │ junk: its page, close          │ silence: close
///    └ silence: close
/// </code>
/// </remarks>
internal sealed class Http1Connection : IDisposable
{
    private const int ReadSize = 16 * 1024;
    private const int WriteSize = 64 * 1024;

    private readonly Http1Transport _transport;
    private readonly IHttp1Site _site;
    private readonly Http1Options _options;
    private readonly Http1Peer _peer;
    private readonly TimeProvider _time;
    private readonly Http1Deadline _deadline;
    private readonly CancellationToken _stop;
    private readonly long _started;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _requests;

    /// <param name="transport">The connection; owned from here on.</param>
    /// <param name="site">What is served.</param>
    /// <param name="options">Limits.</param>
    /// <param name="peer">What is known of the connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the connection after the current request.</param>
    public Http1Connection(
        Http1Transport transport, IHttp1Site site, Http1Options options, Http1Peer peer, TimeProvider time, CancellationToken stop)
    {
        (_transport, _site, _options, _peer, _time, _stop) = (transport, site, options, peer, time, stop);
        _started = time.GetTimestamp();
        _deadline = new(time);
    }

    /// <summary>Runs the connection until it is over. Failures of the connection end it and are not thrown.</summary>
    public async Task RunAsync()
    {
        try
        {
            await EndAsync(await ServeAsync());
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            // The client is gone, or does not read: nothing is left to say.
        }
        finally
        {
            Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _transport.Dispose();
        _deadline.Dispose();
        ReleaseBuffer();
    }

    private async Task<CloseKind> ServeAsync()
    {
        while (true)
        {
            var isFirst = _requests++ == 0;
            if (_end == _start && !await WaitAsync(isFirst ? _options.HeaderTimeout : _options.KeepAliveTimeout))
            {
                return CloseKind.Notify;
            }

            var reader = new RequestHeadReader(_options);
            var (status, fault) = await ReadHeadAsync(reader);
            if (status == OperationStatus.NeedMoreData)
            {
                return CloseKind.Silent;
            }

            if (status == OperationStatus.Done && _peer.IsPlainOnTls)
            {
                (status, fault) = (OperationStatus.InvalidData, new(System.Net.HttpStatusCode.BadRequest, Http1Reason.PlainOnTls));
            }

            if (status == OperationStatus.InvalidData)
            {
                return await RefuseAsync(reader.Request, fault);
            }

            var request = reader.Request!;
            if (_site.TryTakeOver(request, _peer) is { } takeover && await takeover.OpenAsync())
            {
                var received = _buffer.AsSpan(_start, _end - _start).ToArray();
                ReleaseBuffer();
                return await takeover.RunAsync(_transport, received);
            }

            var close = await RespondAsync(request);
            if (close != CloseKind.None)
            {
                return close;
            }
        }
    }

    private async Task<(OperationStatus Status, Http1Fault Fault)> ReadHeadAsync(RequestHeadReader reader)
    {
        _deadline.Start(_options.HeaderTimeout, _stop);
        while (true)
        {
            var status = reader.Read(_buffer.AsSpan(_start, _end - _start), out var consumed, out var fault);
            _start += consumed;
            if (status != OperationStatus.NeedMoreData)
            {
                return (status, fault);
            }

            if (!await ReadAsync())
            {
                return (status, default);
            }
        }
    }

    private async Task<CloseKind> RefuseAsync(Http1Request? request, Http1Fault fault)
    {
        var answer = ErrorPage.Of(fault.Status, fault.Reason, ErrorPage.IsPaddedFor(request?["user-agent"]));
        var hasHead = !fault.WithoutHead && request?.Line.Version != HttpVersion.Http09;
        await SendAsync(answer, hasHead, request?.Line.Method == "HEAD", keepAlive: false);
        var body = request is null ? default : DiscardedBody.Of(request);
        if (request is { ContentLength: > 0 } && body.Read(_buffer.AsSpan(_start, _end - _start), out var consumed) != OperationStatus.Done)
        {
            _start += consumed;
            return await DiscardAsync(body) ? CloseKind.Notify : CloseKind.Silent;
        }

        return _end > _start || fault.Reason == Http1Reason.HeaderTooLarge ? CloseKind.Linger : CloseKind.Notify;
    }

    private async Task<CloseKind> RespondAsync(Http1Request request)
    {
        var body = DiscardedBody.Of(request);
        var bodyStatus = request.HasBody ? DiscardBuffered(ref body) : OperationStatus.Done;
        var answer = await _site.AnswerAsync(CoverRequestOf.Http1(request, _peer), _stop);
        if (answer.TakesBody)
        {
            if (request.ExpectsContinue && request.HasBody)
            {
                await WriteAsync(ResponseWriter.Continue);
            }

            if (bodyStatus == OperationStatus.InvalidData)
            {
                answer = ErrorPage.Of(System.Net.HttpStatusCode.BadRequest, Http1Reason.None, ErrorPage.IsPaddedFor(request["user-agent"]));
            }
        }

        var keepAlive = bodyStatus != OperationStatus.InvalidData && IsKept(request)
            && answer.Status is not (System.Net.HttpStatusCode.BadRequest or System.Net.HttpStatusCode.InternalServerError);
        await SendAsync(answer, request.Line.Version != HttpVersion.Http09, request.Line.Method == "HEAD", keepAlive);
        if (bodyStatus == OperationStatus.NeedMoreData && !await DiscardAsync(body))
        {
            return CloseKind.Silent;
        }

        return keepAlive && !_stop.IsCancellationRequested ? CloseKind.None : _end > _start ? CloseKind.Linger : CloseKind.Notify;
    }

    private bool IsKept(Http1Request request) =>
        request.Line.Version != HttpVersion.Http09
        && (request.Wish == ConnectionWish.KeepAlive || (request.Wish == ConnectionWish.Default && request.Line.Version == HttpVersion.Http11))
        && _options.KeepAliveTimeout > TimeSpan.Zero
        && _requests < _options.MaxRequests
        && _time.GetElapsedTime(_started) < _options.KeepAliveTime
        && !(request.Line.Method == "POST" && ErrorPage.IsOldExplorer(request["user-agent"]))
        && !_stop.IsCancellationRequested;

    private async Task SendAsync(CoverAnswer answer, bool hasHead, bool isHead, bool keepAlive)
    {
        var head = hasHead ? ResponseWriter.Head(answer, keepAlive, _time.GetUtcNow()) : [];
        var body = isHead ? default : answer.Body;
        if (head.Length + body.Length <= WriteSize)
        {
            await WriteAsync((byte[])[.. head, .. body.Span]); // one write, so that both go into one TLS record
            return;
        }

        await WriteAsync(head);
        for (var at = 0; at < body.Length; at += WriteSize)
        {
            await WriteAsync(body.Slice(at, Math.Min(WriteSize, body.Length - at)));
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        _deadline.Start(_options.SendTimeout, CancellationToken.None);
        await _transport.Stream.WriteAsync(bytes, _deadline.Token);
        await _transport.Stream.FlushAsync(_deadline.Token);
    }

    private OperationStatus DiscardBuffered(ref DiscardedBody body)
    {
        var status = body.Read(_buffer.AsSpan(_start, _end - _start), out var consumed);
        _start += consumed;
        return status;
    }

    /// <returns>Whether the body came to its end.</returns>
    private async Task<bool> DiscardAsync(DiscardedBody body)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            var left = _options.LingerTime - _time.GetElapsedTime(began);
            _deadline.Start(left < _options.LingerTimeout ? left : _options.LingerTimeout, _stop);
            if (!await ReadAsync())
            {
                return false;
            }

            var status = DiscardBuffered(ref body);
            if (status != OperationStatus.NeedMoreData)
            {
                return status == OperationStatus.Done;
            }
        }
    }

    /// <summary>Waits for bytes without holding a buffer.</summary>
    /// <returns>Whether there are some.</returns>
    private async Task<bool> WaitAsync(TimeSpan limit)
    {
        ReleaseBuffer();
        _deadline.Start(limit, _stop);
        try
        {
            var ready = _transport.Stream.ReadAsync(Memory<byte>.Empty, _deadline.Token);
            await ready;
            return await ReadAsync();
        }
        catch (OperationCanceledException) when (_deadline.Token.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <returns>Whether bytes came before the deadline and the end.</returns>
    private async Task<bool> ReadAsync()
    {
        if (_buffer.Length == 0)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        try
        {
            var count = await _transport.Stream.ReadAsync(_buffer.AsMemory(_end), _deadline.Token);
            _end += count;
            return count > 0;
        }
        catch (OperationCanceledException) when (_deadline.Token.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task EndAsync(CloseKind kind)
    {
        if (kind is CloseKind.None or CloseKind.Silent)
        {
            return;
        }

        _deadline.Start(_options.SendTimeout, CancellationToken.None);
        await _transport.HalfCloseAsync(_deadline.Token);
        var began = _time.GetTimestamp();
        while (kind == CloseKind.Linger && _time.GetElapsedTime(began) < _options.LingerTime)
        {
            (_start, _end) = (0, 0);
            _deadline.Start(_options.LingerTimeout, _stop);
            if (!await ReadAsync())
            {
                return;
            }
        }
    }

    private void ReleaseBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _start, _end) = ([], 0, 0);
        }
    }
}
