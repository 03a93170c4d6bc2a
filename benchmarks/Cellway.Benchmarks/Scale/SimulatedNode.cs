using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Identities;

namespace Cellway.Benchmarks.Scale;

/// <summary>A node as management sees it: a TLS connection of its own, a stream, acknowledgements and heartbeats. It carries nothing.</summary>
internal sealed class SimulatedNode(Role role, string? cell, X509Certificate2 certificate, int port) : IDisposable
{
    private readonly Dictionary<string, ulong> _held = new(StringComparer.Ordinal);
    private SslStreamCertificateContext? _context;
    private AttachCall? _call;

    public Role Role => role;

    public string? Cell => cell;

    public NodeConnection? Connection { get; private set; }

    /// <summary>When the last update came.</summary>
    public long UpdatedAt => _call?.UpdatedAt ?? 0;

    public int Routes => _held.Keys.Count(name => name.StartsWith("core/routes/", StringComparison.Ordinal));

    /// <summary>Attaches with what it holds; returns when it knows that it is up to date.</summary>
    public async Task AttachAsync(IPEndPoint replica)
    {
        _call = null;
        await ConnectAsync(replica);
        _call = AttachCall.Open(Connection!, _held, port);
        await _call.Synchronized;
    }

    /// <summary>For calls only.</summary>
    public async Task ConnectAsync(IPEndPoint server)
    {
        Connection?.Dispose();
        Connection = await NodeConnection.OpenAsync(server, _context ??= SslStreamCertificateContext.Create(certificate, null, offline: true));
    }

    /// <summary>Says that it lives, when it is attached.</summary>
    public void Heartbeat()
    {
        if (_call is { Synchronized.IsCompletedSuccessfully: true } call)
        {
            call.Send(new() { Heartbeat = new() { Sessions = 3, Load = 0.5 } });
        }
    }

    public void Dispose() => Connection?.Dispose();
}
