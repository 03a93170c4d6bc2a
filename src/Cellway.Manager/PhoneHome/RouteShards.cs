using System.Globalization;

namespace Cellway.Manager.PhoneHome;

/// <summary>The names of the resources that hold a Core's routes: one for each first byte, so that a change sends a few routes and not all.</summary>
internal static class RouteShards
{
    public const int Count = 256;

    private const string Prefix = "core/routes/";

    private static readonly string[] Names = [.. Enumerable.Range(0, Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{i:x2}"))];

    public static IReadOnlyList<string> All => Names;

    public static string NameOf(byte shard) => Names[shard];

    public static bool TryParse(string name, out byte shard)
    {
        shard = 0;
        return name.Length == Prefix.Length + 2
            && name.StartsWith(Prefix, StringComparison.Ordinal)
            && byte.TryParse(name.AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out shard)
            && name == Names[shard];
    }
}
