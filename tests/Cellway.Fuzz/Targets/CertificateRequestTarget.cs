using System.Security.Cryptography;
using Cellway.Pki.Issuing;

namespace Cellway.Fuzz.Targets;

internal static class CertificateRequestTarget
{
    public static void Check(byte[] input)
    {
        var isRequest = CertificateRequestReader.TryRead(input, out var key, out var fault);
        FuzzException.ThrowUnless(isRequest == fault is CertificateRequestFault.None && isRequest == key is not null, "a fault goes with no key");
        if (key is not null)
        {
            using var imported = ECDsa.Create();
            imported.ImportSubjectPublicKeyInfo(key, out var read);
            FuzzException.ThrowUnless(read == key.Length && imported.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key), "a key that is not canonical");
        }
    }
}
