using System.Globalization;
using Cellway.Model.State;

namespace Cellway.Model.Audit;

/// <summary>The newest link of the audit log, signed by the network's root: who cuts links off at the end cannot make another.</summary>
public sealed record AuditHeadRecord : IStateRecord
{
    /// <summary>What the signature is for.</summary>
    public const string Purpose = "cellway audit head";

    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>Of the newest link.</summary>
    public required long Sequence { get; init; }

    /// <summary>SHA-256, in hex, of its bytes.</summary>
    public required string Hash { get; init; }

    /// <summary>Of the root that has signed.</summary>
    public required int Generation { get; init; }

    /// <summary>Over <see cref="Statement"/>.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>What is signed.</summary>
    public static string Statement(string network, long sequence, string hash) => string.Create(CultureInfo.InvariantCulture, $"{network}\n{sequence}\n{hash}\n");
}
