using System.Security.Cryptography;
using Cellway.Manager.Authority.Tokens;
using Cellway.Model.Certificates;
using Cellway.Pki.Issuing;

namespace Cellway.Manager.Authority;

/// <summary>Makes a root, and what the state keeps of it: its key sealed, or where that is on a token.</summary>
internal static class NewRoot
{
    private const int DerivedLength = 32;

    /// <exception cref="SealException">The token cannot be had.</exception>
    public static (RootAuthority Root, AuthorityRecord Record) Make(int generation, bool signs, SealKey seal, TokenKeys? token, TimeProvider time)
    {
        string? id = null;
        byte[] secret;
        RootAuthority root;
        if (token is null)
        {
            root = RootAuthority.Create(time);
            secret = root.ExportPrivateKey();
        }
        else
        {
            (var key, id) = token.Create();
            secret = RandomNumberGenerator.GetBytes(DerivedLength);
            root = RootAuthority.Create(key, secret, time);
        }

        var record = new AuthorityRecord
        {
            Generation = generation,
            Certificate = root.Certificate.RawData,
            SealedKey = seal.Seal(NetworkAuthority.Purposes.Root(generation), secret),
            TokenKey = id,
            Signs = signs,
            CreatedAt = time.GetUtcNow(),
        };
        CryptographicOperations.ZeroMemory(secret);
        return (root, record);
    }
}
