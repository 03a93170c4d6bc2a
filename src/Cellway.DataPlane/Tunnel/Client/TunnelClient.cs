using System.Net;
using System.Text;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.DataPlane.Vless;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.DataPlane.Tunnel.Client;

/// <summary>Opens connections to destinations through an Entry. Thread-safe; one HTTP/2 connection carries as many as the Entry allows.</summary>
public sealed class TunnelClient : IDisposable
{
    // A blocked entry domain is silent, and a person waits for the next way in.
    private static readonly Http2Options s_http2 = Http2Options.Client with { KeepAliveInterval = TimeSpan.FromSeconds(10), KeepAliveTimeout = TimeSpan.FromSeconds(10) };

    private readonly TunnelClientOptions _options;
    private readonly ClientConnector _connector;
    private readonly byte[] _head;
    private readonly Http2Sweeper _sweeper = new(TimeProvider.System);
    private readonly Lock _gate = new();
    private ClientLink[] _links = []; // replaced, never changed
    private Task? _dial;
    private bool _disposed;

    /// <summary>Makes a client. Connects when the first destination is asked for.</summary>
    public TunnelClient(TunnelClientOptions options)
        : this(options, "Tun")
    {
    }

    internal TunnelClient(TunnelClientOptions options, string method)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _connector = new(options);
        _head = new HpackWriter().Add(":method"u8, "POST"u8).Add(":scheme"u8, "https"u8)
            .Add(":path"u8, Encoding.Latin1.GetBytes($"/{options.ServiceName}/{method}"))
            .Add(":authority"u8, Encoding.Latin1.GetBytes(options.ServerName))
            .Add("content-type"u8, "application/grpc"u8).Add("te"u8, "trailers"u8).ToArray();
    }

    /// <summary>Opens a connection to a host name or address.</summary>
    /// <remarks>
    /// Returns as soon as the Entry can be written to: a refused destination shows as an end of the stream, a refused
    /// credential as a <see cref="TunnelRefusedException"/> of the first read.
    /// </remarks>
    /// <param name="destination">An <see cref="IPEndPoint"/>, or a <see cref="DnsEndPoint"/> with an ASCII host.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <exception cref="IOException">The Entry cannot be reached, or its certificate is not trusted.</exception>
    /// <exception cref="ArgumentException">The destination is of another kind, or its name too long.</exception>
    public async ValueTask<TunnelStream> OpenAsync(EndPoint destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var header = VlessHeader.Tcp(_options.Id.Span, destination);
        var stream = await OpenRawAsync(cancellationToken);
        await stream.WriteAsync(header, cancellationToken);
        return stream;
    }

    /// <summary>Cuts every connection.</summary>
    public void Dispose()
    {
        ClientLink[] links;
        lock (_gate)
        {
            _disposed = true;
            links = _links;
        }

        Array.ForEach(links, link => link.Connection.Abort());
        _sweeper.Dispose();
    }

    /// <summary>Opens a stream of messages that has no VLESS header yet.</summary>
    internal async ValueTask<GrpcTunnelStream> OpenRawAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryOpen() is { } stream)
            {
                return stream;
            }

            Task dial;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                dial = _dial ??= DialAsync();
            }

            await dial.WaitAsync(cancellationToken);
        }
    }

    private GrpcTunnelStream? TryOpen()
    {
        foreach (var link in Volatile.Read(ref _links))
        {
            var inbox = new ClientStream();
            if (link.Connection.TryOpen(inbox, _head) is not null)
            {
                return new(inbox);
            }
        }

        return null;
    }

    private async Task DialAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // leave the caller's lock first
        using var limit = new CancellationTokenSource(_options.ConnectTimeout);
        try
        {
            var link = new ClientLink();
            var transport = await _connector.ConnectAsync(limit.Token);
            link.Connection = new(transport, true, link, s_http2, _sweeper, NullLogger.Instance);
            _ = RunAsync(link);
            try
            {
                await link.Ready.WaitAsync(limit.Token);
            }
            catch
            {
                link.Connection.Abort();
                throw;
            }

            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                _links = [link, .. _links];
            }
        }
        catch (OperationCanceledException e)
        {
            throw new IOException("The server did not answer in time.", e);
        }
        finally
        {
            lock (_gate)
            {
                _dial = null;
            }
        }
    }

    private async Task RunAsync(ClientLink link)
    {
        await link.Connection.RunAsync();
        lock (_gate)
        {
            _links = [.. _links.Where(l => l != link)];
        }
    }
}
