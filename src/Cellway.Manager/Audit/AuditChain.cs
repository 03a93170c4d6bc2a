using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Model.Audit;
using Cellway.Model.Identities;
using Cellway.Pki.Trust;

namespace Cellway.Manager.Audit;

/// <summary>How links hang together.</summary>
internal static class AuditChain
{
    /// <summary>What the next link says of this one.</summary>
    public static string HashOf(ReadOnlySpan<byte> link) => Hash256.Of(link).ToString();

    public static byte[] StatementOf(string network, long sequence, string hash) => Encoding.ASCII.GetBytes(AuditHeadRecord.Statement(network, sequence, hash));

    public static bool IsSigned(string network, AuditHeadRecord head, IEnumerable<X509Certificate2> roots)
    {
        var statement = StatementOf(network, head.Sequence, head.Hash);
        return roots.Any(root => SignedStatement.Verify(root, AuditHeadRecord.Purpose, statement, head.Signature));
    }
}
