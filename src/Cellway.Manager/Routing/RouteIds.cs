using System.Security.Cryptography;
using System.Text;
using Cellway.Manager.View;
using Cellway.Model.Devices;
using Cellway.Model.Identities;

namespace Cellway.Manager.Routing;

/// <summary>The route id of a device at a Core: a keyed hash, so that every replica computes the same one and none has to be stored.</summary>
/// <remarks>
/// Without the secret it cannot be told from random bytes. It changes when the device's credential is re-issued and when the
/// Core gets another key, and differs from Core to Core, so that two participants cannot compare their users.
/// </remarks>
internal sealed class RouteIds(byte[] secret)
{
    public const int SecretLength = 32;

    private const int MaxInput = 16 + (2 * Names.MaxLength) + (2 * 2 * Hash256.Length);

    public RouteId Of(in DeviceRow device, PlannedCore core)
    {
        // route v1|device|credential in hex|core|key hash in hex
        Span<byte> input = stackalloc byte[MaxInput];
        Span<byte> credential = stackalloc byte[Hash256.Length];
        device.Credential.CopyTo(credential);
        "route v1|"u8.CopyTo(input);
        var length = "route v1|"u8.Length;
        length += Encoding.ASCII.GetBytes(device.Id, input[length..]);
        input[length++] = (byte)'|';
        Convert.TryToHexStringLower(credential, input[length..], out var written);
        length += written;
        input[length++] = (byte)'|';
        length += Encoding.ASCII.GetBytes(core.Id, input[length..]);
        input[length++] = (byte)'|';
        length += Encoding.ASCII.GetBytes(core.KeyHash, input[length..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, input[..length], hash);
        return new(hash[..RouteId.Length]);
    }
}
