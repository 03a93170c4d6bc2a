using System.Security.Cryptography;

namespace Cellway.Fuzz;

/// <summary>Inputs that once broke something, kept so that they never do again.</summary>
public static class FuzzCorpus
{
    /// <summary>Every kept input, with its target's name and its file's.</summary>
    public static IEnumerable<(string Target, string File, byte[] Input)> All() =>
        from folder in Directory.EnumerateDirectories(Path.Combine(FuzzSeeds.Folder("Cellway.Fuzz"), "corpus")).Order(StringComparer.Ordinal)
        from file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
        select (Path.GetFileName(folder), Path.GetFileName(file), File.ReadAllBytes(file));

    /// <summary>Keeps an input; its file's path.</summary>
    public static string Keep(string target, byte[] input)
    {
        var folder = Path.Combine(FuzzSeeds.Folder("Cellway.Fuzz"), "corpus", target);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(input))[..16]);
        File.WriteAllBytes(path, input);
        return path;
    }
}
