namespace Cellway.Manager.Backups.Format;

/// <summary>The last line but one of a backup: what it holds, for the signatures in the last one.</summary>
internal sealed record BackupManifest
{
    /// <summary>What the signatures are for.</summary>
    public const string Purpose = "cellway backup manifest";

    public required string Network { get; init; }

    /// <summary>The network's name, for people.</summary>
    public required string Name { get; init; }

    public required long Revision { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Software { get; init; }

    /// <summary>The newest form of a record in it.</summary>
    public required int Schema { get; init; }

    /// <summary>Whether the root's key is in it.</summary>
    public required bool WithRoot { get; init; }

    /// <summary>SHA-256, in hex, of the first line.</summary>
    public required string Header { get; init; }

    /// <summary>In key order, none twice.</summary>
    public required IReadOnlyList<BackupFolder> Folders { get; init; }
}

/// <summary>The records of one folder of the state.</summary>
/// <param name="Name">Below the network's prefix; of a single key, its name.</param>
/// <param name="Keys">How many.</param>
/// <param name="Bytes">Keys and values.</param>
/// <param name="Hash">SHA-256, in hex, of their lines.</param>
internal sealed record BackupFolder(string Name, long Keys, long Bytes, string Hash);

/// <summary>The last line of a backup: the manifest's line, signed by every root that the network's members may believe.</summary>
/// <param name="Signatures">Any one of them is enough.</param>
internal sealed record BackupSignatures(IReadOnlyList<byte[]> Signatures);
