using System.Security.Cryptography;
using System.Text;
using Cellway.Manager.View;
using Cellway.Model.Devices;
using Cellway.Model.Identities;

namespace Cellway.Manager.Routing;

/// <summary>The route id of a device at a Core: one block, enciphered, so that every replica computes the same one, none has to be stored, and what a Core reports of it leads back to the device.</summary>
/// <remarks>
/// <c>device (10) | purpose (1) | first bytes of SHA-256 of credential, Core and its key (5)</c> under AES-256. Without the secret it
/// cannot be told from random bytes. It changes when the device's credential is re-issued and when the Core gets another key, and
/// differs from Core to Core, so that two participants cannot compare their users. Whose bytes a report counts, and whether they
/// were lent, is read from the id itself: it holds whatever has become of the device since.
/// </remarks>
internal sealed class RouteIds : IDisposable
{
    public const int SecretLength = 32;

    private const int PurposeAt = DeviceNumber.Length;
    private const int HashAt = PurposeAt + 1;
    private const byte Home = 0;
    private const byte Lent = 1;

    private readonly ThreadLocal<Cipher> _ciphers;

    public RouteIds(byte[] secret)
    {
        var key = HMACSHA256.HashData(secret, "cellway route ids v1"u8);
        _ciphers = new(() => new(key), trackAllValues: true);
    }

    public RouteId Of(in DeviceRow device, PlannedCore core)
    {
        Span<byte> block = stackalloc byte[RouteId.Length];
        DeviceNumber.Of(device.Id).CopyTo(block);
        block[PurposeAt] = device.Cell == core.Cell ? Home : Lent;
        BindingOf(device, core, block[HashAt..]);
        _ciphers.Value!.Encipher(block);
        return new(block);
    }

    /// <summary>Whose route it is, and whether it was lent by another cell; for bytes that nothing made, a device that there is not.</summary>
    public (DeviceNumber Device, bool IsLent) Read(RouteId id)
    {
        Span<byte> block = stackalloc byte[RouteId.Length];
        id.CopyTo(block);
        _ciphers.Value!.Decipher(block);
        return (DeviceNumber.Read(block), block[PurposeAt] == Lent);
    }

    public void Dispose()
    {
        foreach (var cipher in _ciphers.Values)
        {
            cipher.Dispose();
        }

        _ciphers.Dispose();
    }

    private static void BindingOf(in DeviceRow device, PlannedCore core, Span<byte> destination)
    {
        // credential|core|key hash in hex
        Span<byte> input = stackalloc byte[Hash256.Length + Names.MaxLength + (2 * Hash256.Length) + 2];
        device.Credential.CopyTo(input);
        var length = Hash256.Length;
        input[length++] = (byte)'|';
        length += Encoding.ASCII.GetBytes(core.Id, input[length..]);
        input[length++] = (byte)'|';
        length += Encoding.ASCII.GetBytes(core.KeyHash, input[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input[..length], hash);
        hash[..destination.Length].CopyTo(destination);
    }

    // Contexts that stay: those of a call of their own cost ten times the block, and there are three million blocks in a large network.
    private sealed class Cipher : IDisposable
    {
        private readonly Aes _aes = Aes.Create();
        private readonly ICryptoTransform _encryptor;
        private readonly ICryptoTransform _decryptor;
        private readonly byte[] _block = new byte[RouteId.Length];

        public Cipher(byte[] key)
        {
            (_aes.Mode, _aes.Padding, _aes.Key) = (CipherMode.ECB, PaddingMode.None, key);
            (_encryptor, _decryptor) = (_aes.CreateEncryptor(), _aes.CreateDecryptor());
        }

        public void Encipher(Span<byte> block) => Transform(_encryptor, block);

        public void Decipher(Span<byte> block) => Transform(_decryptor, block);

        public void Dispose()
        {
            _encryptor.Dispose();
            _decryptor.Dispose();
            _aes.Dispose();
        }

        private void Transform(ICryptoTransform transform, Span<byte> block)
        {
            block.CopyTo(_block);
            transform.TransformBlock(_block, 0, _block.Length, _block, 0);
            _block.CopyTo(block);
        }
    }
}
