using System.Security.Cryptography;
using Cellway.Model.Devices;

namespace Cellway.CoreNode.Accounting;

/// <summary>Route ids as they are on disk: one block each, under a key derived from the node's own, so that the file alone names nothing that opens anything.</summary>
internal sealed class RouteSeal : IDisposable
{
    private readonly Aes _aes = Aes.Create();
    private readonly Lock _lock = new();

    /// <param name="key">32 bytes, for this purpose alone.</param>
    public RouteSeal(ReadOnlySpan<byte> key)
    {
        _aes.SetKey(key);
        Check = _aes.EncryptEcb("cellway usage v1"u8, PaddingMode.None);
    }

    /// <summary>Tells this key from others: 16 bytes.</summary>
    public byte[] Check { get; }

    public void Seal(RouteId route, Span<byte> destination)
    {
        Span<byte> plain = stackalloc byte[RouteId.Length];
        route.CopyTo(plain);
        lock (_lock)
        {
            _aes.EncryptEcb(plain, destination, PaddingMode.None);
        }
    }

    public RouteId Open(ReadOnlySpan<byte> stored)
    {
        Span<byte> plain = stackalloc byte[RouteId.Length];
        lock (_lock)
        {
            _aes.DecryptEcb(stored, plain, PaddingMode.None);
        }

        return new(plain);
    }

    public void Dispose() => _aes.Dispose();
}
