using System.Security.Cryptography;
using System.Text;
using Cellway.Model.Devices;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Routing;

/// <summary>The route id of a device at a Core: a keyed hash, so that every replica computes the same one and none has to be stored.</summary>
/// <remarks>
/// Without the secret it cannot be told from random bytes. It changes when the device's credential is re-issued and when the
/// Core gets another key, and differs from Core to Core, so that two participants cannot compare their users.
/// </remarks>
internal sealed class RouteIds(byte[] secret)
{
    public const int SecretLength = 32;

    public RouteId Of(DeviceRecord device, NodeRecord core)
    {
        var input = Encoding.ASCII.GetBytes($"route v1|{device.Id}|{device.CredentialHash}|{core.Id}|{core.KeyHash}");
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, input, hash);
        return new(hash[..RouteId.Length]);
    }
}
