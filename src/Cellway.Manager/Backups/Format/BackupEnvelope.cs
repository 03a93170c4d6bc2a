using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Cms;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.Crypto;

namespace Cellway.Manager.Backups.Format;

/// <summary>CMS EnvelopedData (RFC 5652) of any length: AES-256-CBC, its key agreed with the key of each recipient's certificate.</summary>
/// <remarks>It hides and does not prove: whoever has a recipient's certificate can make one. What is inside must be signed.</remarks>
internal static class BackupEnvelope
{
    private const int BufferLength = 64 * 1024;
    private const byte IndefiniteLength = 0x80; // X.690, 8.1.3.6
    private const int EndLength = 10; // two zeros for each part that ends with the file

    /// <summary>What is written to the result goes to <paramref name="file"/> encrypted, and is whole once it is disposed; the file stays open.</summary>
    /// <exception cref="BackupException">A recipient's key is none that can be agreed with.</exception>
    public static Stream Seal(Stream file, IReadOnlyCollection<X509Certificate2> recipients)
    {
        ArgumentOutOfRangeException.ThrowIfZero(recipients.Count);
        var generator = new CmsEnvelopedDataStreamGenerator();
        generator.SetBufferSize(BufferLength);
        foreach (var recipient in recipients)
        {
            generator.AddRecipientInfoGenerator(new AgreedKey(recipient));
        }

        return generator.Open(file, CmsEnvelopedGenerator.Aes256Cbc);
    }

    /// <summary>What is inside of a file that can be sought in. Nothing of it is proved by having been opened.</summary>
    /// <exception cref="BackupException">It is no envelope, or is not for this key.</exception>
    public static Stream Open(Stream file, ECDiffieHellman key)
    {
        try
        {
            RequireEnd(file);
            var information = new ContentInfoParser((Asn1SequenceParser)new Asn1StreamParser(file).ReadObject());
            var enveloped = new EnvelopedDataParser((Asn1SequenceParser)information.GetContent(Asn1Tags.Sequence));
            enveloped.GetOriginatorInfo();
            var recipients = Asn1Set.GetInstance(enveloped.GetRecipientInfos().ToAsn1Object());
            var encrypted = enveloped.GetEncryptedContentInfo();
            var algorithm = encrypted.ContentEncryptionAlgorithm;
            if (algorithm.Algorithm.Id != CmsEnvelopedGenerator.Aes256Cbc)
            {
                throw new BackupException("The file is encrypted in another way than a backup is: it was not made by Cellway.");
            }

            var contentKey = recipients.Select(RecipientInfo.GetInstance).Select(r => AgreedKey.TryUnwrap(r, key)).FirstOrDefault(k => k is not null)
                ?? throw new BackupException("The backup is encrypted to other operators: none of its recipients is this key. Use the profile (or --key) of an operator it was made for.");
            using var aes = Aes.Create();
            aes.Key = contentKey;
            CryptographicOperations.ZeroMemory(contentKey);
            var octets = ((Asn1OctetStringParser)encrypted.GetEncryptedContent(Asn1Tags.OctetString)).GetOctetStream();
            var start = Asn1OctetString.GetInstance(algorithm.Parameters).GetOctets();
            return new CryptoStream(octets, aes.CreateDecryptor(aes.Key, start), CryptoStreamMode.Read);
        }
        catch (Exception e) when (e is (IOException and not BackupException) or CmsException or CryptoException or CryptographicException or ArgumentException
            or InvalidCastException or InvalidOperationException or NullReferenceException or PlatformNotSupportedException) // the parser's words for “something else stands here”
        {
            throw new BackupException("The file is no backup, or its beginning is damaged: fetch another copy of it.", e);
        }
    }

    // The parser stops where the content does. It is whole then, but a file without its end has been cut, and whoever looks after it should know.
    private static void RequireEnd(Stream file)
    {
        var begin = file.Position;
        Span<byte> edge = stackalloc byte[EndLength];
        file.ReadExactly(edge);
        if (edge[1] == IndefiniteLength)
        {
            file.Position = file.Length - EndLength;
            file.ReadExactly(edge);
            if (edge.ContainsAnyExcept((byte)0))
            {
                throw BackupException.Damaged();
            }
        }

        file.Position = begin;
    }
}
