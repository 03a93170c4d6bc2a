using System.Security.Cryptography;
using Cellway.Manager.View;
using Cellway.Model.Devices;

namespace Cellway.Manager.Routing;

/// <summary>The route id of a device at a Core: one block, enciphered, so that every replica computes the same one, none has to be stored, and what a Core reports of it leads back to the device.</summary>
/// <remarks>
/// <c>device (10) | purpose (1) | binding to credential, Core and its key (5)</c> under AES-256. Without the secret it
/// cannot be told from random bytes. It changes when the device's credential is re-issued and when the Core gets another key, and
/// differs from Core to Core, so that two participants cannot compare their users. Whose bytes a report counts, and whether they
/// were lent, is read from the id itself: it holds whatever has become of the device since. The binding is the beginning of another
/// block: half the credential's hash, mixed with the Core's, enciphered under a key of its own.
/// </remarks>
internal sealed class RouteIds : IDisposable
{
    public const int SecretLength = 32;

    private const int PurposeAt = DeviceNumber.Length;
    private const int BindingAt = PurposeAt + 1;
    private const byte Home = 0;
    private const byte Lent = 1;

    private readonly ThreadLocal<Ciphers> _ciphers;

    public RouteIds(byte[] secret)
    {
        var (key, binding) = (HMACSHA256.HashData(secret, "cellway route ids v1"u8), HMACSHA256.HashData(secret, "cellway route bindings v1"u8));
        _ciphers = new(() => new(new(key), new(binding)), trackAllValues: true);
    }

    public RouteId Of(in DeviceRow device, PlannedCore core)
    {
        Span<RouteId> id = stackalloc RouteId[1];
        Of([new(device, core)], id);
        return id[0];
    }

    /// <summary>Many at a time, which takes a fifth of the time for each.</summary>
    public void Of(ReadOnlySpan<RouteSubject> subjects, Span<RouteId> ids)
    {
        var ciphers = _ciphers.Value!;
        var bindings = ciphers.Bindings.Room(subjects.Length);
        for (var i = 0; i < subjects.Length; i++)
        {
            subjects[i].Core.Binding(subjects[i].Credential, bindings.AsSpan(i * RouteId.Length, RouteId.Length));
        }

        ciphers.Bindings.Encipher(subjects.Length);
        var blocks = ciphers.Ids.Room(subjects.Length);
        for (var i = 0; i < subjects.Length; i++)
        {
            var block = blocks.AsSpan(i * RouteId.Length, RouteId.Length);
            subjects[i].Device.CopyTo(block);
            block[PurposeAt] = subjects[i].IsLent ? Lent : Home;
            bindings.AsSpan(i * RouteId.Length, RouteId.Length - BindingAt).CopyTo(block[BindingAt..]);
        }

        ciphers.Ids.Encipher(subjects.Length);
        for (var i = 0; i < subjects.Length; i++)
        {
            ids[i] = new(blocks.AsSpan(i * RouteId.Length, RouteId.Length));
        }
    }

    /// <summary>Whose route it is, and whether it was lent by another cell; for bytes that nothing made, a device that there is not.</summary>
    public (DeviceNumber Device, bool IsLent) Read(RouteId id)
    {
        var cipher = _ciphers.Value!.Ids;
        var block = cipher.Room(1);
        id.CopyTo(block);
        cipher.Decipher();
        return (DeviceNumber.Read(block), block[PurposeAt] == Lent);
    }

    public void Dispose()
    {
        foreach (var (ids, bindings) in _ciphers.Values)
        {
            ids.Dispose();
            bindings.Dispose();
        }

        _ciphers.Dispose();
    }

    private sealed record Ciphers(Cipher Ids, Cipher Bindings);

    // Contexts that stay: those of a call of their own cost ten times the block, and there are three million blocks in a large network.
    private sealed class Cipher : IDisposable
    {
        private readonly Aes _aes = Aes.Create();
        private readonly ICryptoTransform _encryptor;
        private readonly ICryptoTransform _decryptor;
        private byte[] _blocks = new byte[RouteId.Length];

        public Cipher(byte[] key)
        {
            (_aes.Mode, _aes.Padding, _aes.Key) = (CipherMode.ECB, PaddingMode.None, key);
            (_encryptor, _decryptor) = (_aes.CreateEncryptor(), _aes.CreateDecryptor());
        }

        /// <summary>Where blocks are put before, and stand after.</summary>
        public byte[] Room(int blocks)
        {
            if (_blocks.Length < blocks * RouteId.Length)
            {
                _blocks = new byte[blocks * RouteId.Length];
            }

            return _blocks;
        }

        public void Encipher(int blocks)
        {
            if (blocks > 0)
            {
                _encryptor.TransformBlock(_blocks, 0, blocks * RouteId.Length, _blocks, 0);
            }
        }

        public void Decipher() => _decryptor.TransformBlock(_blocks, 0, RouteId.Length, _blocks, 0);

        public void Dispose()
        {
            _encryptor.Dispose();
            _decryptor.Dispose();
            _aes.Dispose();
        }
    }
}
