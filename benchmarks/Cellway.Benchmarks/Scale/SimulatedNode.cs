using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Contracts;
using Cellway.Model.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cellway.Benchmarks.Scale;

/// <summary>A node as management sees it: a TLS connection of its own, a stream, acknowledgements and heartbeats. It carries nothing.</summary>
internal sealed class SimulatedNode(NodeRecord record, X509Certificate2 certificate, int port) : IDisposable
{
    private readonly Dictionary<string, ulong> _held = new(StringComparer.Ordinal);
    private GrpcChannel? _channel;
    private AsyncDuplexStreamingCall<NodeMessage, ManagementMessage>? _call;
    private readonly SemaphoreSlim _writing = new(1);
    private PhoneHome.PhoneHomeClient? _client;
    private TaskCompletionSource _synchronized = new();

    public NodeRecord Record => record;

    /// <summary>When the last update came.</summary>
    public long UpdatedAt { get; private set; }

    public int Routes => _held.Keys.Count(name => name.StartsWith("core/routes/", StringComparison.Ordinal));

    public async Task AttachAsync(string endpoint)
    {
        Detach();
        _synchronized = new();
        _channel = Open(endpoint, certificate);
        _client = new(_channel);
        _call = _client.Attach();
        var hello = new Hello { SoftwareVersion = "1.0.0", Port = (uint)port, AppliedRevision = _held.Count == 0 ? 0 : 1 };
        foreach (var (name, version) in _held)
        {
            hello.Resources.Add(name, version);
        }

        await SendAsync(new() { Hello = hello });
        _ = ReadAsync(_call);
        await _synchronized.Task;
    }

    /// <summary>For calls only.</summary>
    public void Connect(string endpoint) => _client = new(_channel = Open(endpoint, certificate));

    public Task HeartbeatAsync() => SendAsync(new() { Heartbeat = new() { Sessions = 3, Load = 0.5 } });

    public async Task<ResolveReply> ResolveAsync(int device) =>
        await _client!.ResolveAsync(new() { CredentialHash = ByteString.CopyFrom(SimulatedNetwork.CredentialOf(device).ToArray()) });

    public async Task<SubscriptionReply> FetchAsync(SubscriptionRequest request) => await _client!.FetchSubscriptionAsync(request);

    public void Dispose() => Detach();

    [SuppressMessage("Security", "CA5359", Justification = "Not what is measured: nodes pin the server, and that is tested where nodes are.")]
    private static GrpcChannel Open(string endpoint, X509Certificate2 certificate) => GrpcChannel.ForAddress($"https://{endpoint}", new()
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new()
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
            },
        },
    });

    private void Detach()
    {
        _call?.Dispose();
        _channel?.Dispose();
    }

    private async Task ReadAsync(AsyncDuplexStreamingCall<NodeMessage, ManagementMessage> call)
    {
        try
        {
            while (await call.ResponseStream.MoveNext(default))
            {
                var message = call.ResponseStream.Current;
                if (message.Update is { } update)
                {
                    Take(update);
                    await SendAsync(new() { Ack = new() { Revision = update.Revision } });
                    UpdatedAt = Stopwatch.GetTimestamp();
                    _synchronized.TrySetResult();
                }
                else if (message.Probe is { } probe)
                {
                    await SendAsync(new() { ProbeResult = new() { CoreId = probe.CoreId, Milliseconds = 1 } });
                }
            }
        }
        catch (Exception e) when (e is RpcException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            _synchronized.TrySetException(e);
        }
    }

    private void Take(Update update)
    {
        if (update.Snapshot)
        {
            _held.Clear();
        }

        foreach (var resource in update.Set)
        {
            _held[resource.Name] = resource.Version;
        }

        foreach (var name in update.Removed)
        {
            _held.Remove(name);
        }
    }

    private async Task SendAsync(NodeMessage message)
    {
        await _writing.WaitAsync();
        try
        {
            await _call!.RequestStream.WriteAsync(message);
        }
        finally
        {
            _writing.Release();
        }
    }
}
