using System.Security.Cryptography;
using System.Text;

namespace Cellway.Manager.Subscriptions.Apps;

/// <summary>What is kept of an app that names itself: a keyed hash, another for each device, so that the state tells neither which phone it is nor that two devices share one.</summary>
internal sealed class AppHashes(byte[] key)
{
    /// <summary>What <see cref="Authority.NetworkAuthority.DeriveKey"/> is asked for.</summary>
    public const string Purpose = "client apps v1";

    private const int Bytes = 16;

    public string Of(string device, string hwid)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{device}|{hwid}"), hash);
        return Convert.ToHexStringLower(hash[..Bytes]);
    }
}
