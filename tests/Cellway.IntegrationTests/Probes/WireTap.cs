using System.Net.Sockets;

namespace Cellway.IntegrationTests.Probes;

/// <summary>A client's socket that notes what TLS records came, and how the connection ended.</summary>
internal sealed class WireTap(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private readonly List<byte> _received = [];

    /// <summary>FIN, RST, or nothing yet.</summary>
    public string? End { get; private set; }

    /// <summary>Whether the last record was a close_notify: an alert in TLS 1.2; the size tells it in TLS 1.3, which hides the type.</summary>
    public bool EndsWithAlert => LastRecord is (21, _) or (23, 19);

    public (int Type, int Length) LastRecord
    {
        get
        {
            var last = (0, 0);
            for (var at = 0; at + 5 <= _received.Count;)
            {
                last = (_received[at], (_received[at + 3] << 8) | _received[at + 4]);
                at += 5 + last.Item2;
            }

            return last;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            _received.AddRange(buffer.Span[..count]);
            End ??= count == 0 && buffer.Length > 0 ? "FIN" : null;
            return count;
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            End = "RST";
            throw;
        }
    }
}
