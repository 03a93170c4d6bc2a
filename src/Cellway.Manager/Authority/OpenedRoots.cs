using Cellway.Pki.Issuing;

namespace Cellway.Manager.Authority;

/// <summary>The network's roots, opened: at most two, while one replaces the other. Immutable.</summary>
internal sealed class OpenedRoots
{
    private readonly IReadOnlyList<(int Generation, RootAuthority Root)> _all;

    /// <param name="all">By generation, the oldest first.</param>
    /// <param name="signing">The generation that issues.</param>
    public OpenedRoots(IReadOnlyList<(int Generation, RootAuthority Root)> all, int signing)
    {
        _all = all;
        Signing = all.Single(r => r.Generation == signing);
    }

    /// <summary>The one that issues.</summary>
    public (int Generation, RootAuthority Root) Signing { get; }

    /// <summary>The oldest one, which everybody believes: its are the certificates that management shows, and it is what tokens pin.</summary>
    public RootAuthority Anchor => _all[0].Root;

    public IEnumerable<RootAuthority> All => _all.Select(r => r.Root);
}
