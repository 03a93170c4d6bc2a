namespace Cellway.DataPlane.Cover;

/// <summary>Which web site strangers see.</summary>
public sealed record CoverOptions
{
    /// <summary>A directory with the site's files, read once at start; 64 MiB at most. <see langword="null"/> (default): a fresh web server's stock page.</summary>
    public string? Directory { get; init; }
}
