using System.Globalization;
using Cellway.Manager.Rotation;
using Cellway.Model.Cells;

namespace Cellway.Tests.Manager.Rotation;

/// <summary>Chance that a test can repeat.</summary>
internal sealed class SeededRandom(int seed) : IRotationRandom
{
    private readonly Random _random = new(seed);
    private int _names;

    public string NewName() => ServiceName.Prefix + (++_names).ToString("x16", CultureInfo.InvariantCulture);

    public TimeSpan UpTo(TimeSpan longest) => TimeSpan.FromSeconds(_random.Next((int)longest.TotalSeconds + 1));
}
