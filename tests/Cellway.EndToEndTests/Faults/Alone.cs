namespace Cellway.EndToEndTests.Faults;

/// <summary>Tests that start nine processes and freeze some of them run when no others do.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
