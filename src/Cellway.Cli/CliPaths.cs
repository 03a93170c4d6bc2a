namespace Cellway.Cli;

/// <summary>Where things are kept when the person names no place.</summary>
internal static class CliPaths
{
    /// <summary>The operator's credential; <c>CELLWAY_PROFILE</c> names another place.</summary>
    public static string Profile =>
        Environment.GetEnvironmentVariable("CELLWAY_PROFILE") is { Length: > 0 } named ? named : InData("operator");

    /// <summary>A server's state; <c>CELLWAY_STATE</c> names another place.</summary>
    public static string State(string name) =>
        Environment.GetEnvironmentVariable("CELLWAY_STATE") is { Length: > 0 } named ? named : InData(name);

    public static string InData(string name)
    {
        var data = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        return Path.Combine(data, "cellway", name);
    }
}
