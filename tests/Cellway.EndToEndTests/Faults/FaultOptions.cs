using System.Globalization;

namespace Cellway.EndToEndTests.Faults;

/// <summary>What <c>./test faults</c> was asked for.</summary>
/// <param name="Seed">Decides which faults, in which order and for how long, and what clients do.</param>
/// <param name="Rounds">How often every fault comes.</param>
internal sealed record FaultOptions(int Seed, int Rounds)
{
    private const int LongRounds = 5;

    public static FaultOptions FromEnvironment() => new(
        int.TryParse(Environment.GetEnvironmentVariable("CELLWAY_FAULTS_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : Random.Shared.Next(1, 1_000_000),
        Environment.GetEnvironmentVariable("CELLWAY_FAULTS_LONG") == "1" ? LongRounds : 1);
}
