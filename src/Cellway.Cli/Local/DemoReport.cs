namespace Cellway.Cli.Local;

/// <summary>What a demo showed.</summary>
internal sealed record DemoReport
{
    /// <summary>Whether every step held.</summary>
    public required bool Held { get; init; }

    /// <summary>The steps, in order.</summary>
    public required IReadOnlyList<DemoStep> Steps { get; init; }
}

/// <summary>One step of a demo.</summary>
/// <param name="Name">What was shown.</param>
/// <param name="Held">Whether it held.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record DemoStep(string Name, bool Held, string Detail, long Milliseconds);
