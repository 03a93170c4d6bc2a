using System.Text.RegularExpressions;

namespace Cellway.Tests;

/// <summary>What SECURITY.md says that holds a claim is there.</summary>
public sealed partial class SecurityPageTests
{
    [Fact]
    public void Page_EveryTestItNames_IsThere()
    {
        var root = Root();
        var tests = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(f => Path.GetFileNameWithoutExtension(f)).ToHashSet(StringComparer.Ordinal);
        var page = File.ReadAllText(Path.Combine(root, "SECURITY.md"));
        var named = TestName().Matches(page).Select(m => m.Groups[1].Value).Distinct().ToList();

        Assert.True(named.Count > 15, "the page is not what it was");
        Assert.Equal(named.Where(tests.Contains), named);
        var drills = Cellway.Cli.Local.Drills.Thief.ThiefDrill.All.Select(d => d.Name).ToList();
        Assert.All(drills, d => Assert.Contains($"`{d}`", page, StringComparison.Ordinal));
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Cellway.slnx")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }

    [GeneratedRegex("`(?:[A-Za-z]+/)*([A-Z][A-Za-z0-9]*Tests)`")]
    private static partial Regex TestName();
}
