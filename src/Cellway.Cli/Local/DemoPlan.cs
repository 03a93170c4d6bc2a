namespace Cellway.Cli.Local;

/// <summary>What a throwaway network consists of.</summary>
internal sealed record DemoPlan
{
    /// <summary>How many Entries; each serves every cell. Default 2: one Entry alone proves nothing about a domain.</summary>
    public int Entries { get; init; } = 2;

    /// <summary>The cells, and how many Cores each has. The first one exists from the beginning.</summary>
    public IReadOnlyList<DemoCell> Cells { get; init; } = [new(DemoNetwork.HomeCell, 2), new("beta", 1)];

    /// <summary>What else management is told when it starts. Default: nothing.</summary>
    public IReadOnlyList<string> Management { get; init; } = [];

    /// <summary>What else Entries are told.</summary>
    public IReadOnlyList<string> Entry { get; init; } = [];
}

/// <summary>A cell of a throwaway network.</summary>
/// <param name="Name">Its id.</param>
/// <param name="Cores">How many Cores it has.</param>
/// <param name="Participant">Whose they are.</param>
/// <param name="Reserve">Bytes a month that they lend. Default 1 TiB: another cell's Cores take over when one is blocked.</param>
internal sealed record DemoCell(string Name, int Cores, string Participant = "demo", long Reserve = 1L << 40)
{
    /// <summary>What its clients ask for.</summary>
    public string EntryDomain => $"www.{Name}.example";

    /// <summary>What Entries ask its Cores for.</summary>
    public string ExitDomain => $"cdn.{Name}.example";
}
