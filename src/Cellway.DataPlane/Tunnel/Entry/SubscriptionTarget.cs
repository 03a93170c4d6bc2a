using Cellway.DataPlane.Cover;
using Cellway.Model.Devices;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>What a request for a subscription names: <c>/&lt;path&gt;/&lt;token&gt;[/&lt;format&gt;][?query]</c>.</summary>
internal readonly record struct SubscriptionTarget(string Token, string Suffix, string Query)
{
    private const int MaxSuffix = 20;

    /// <returns><see langword="null"/> when it can be none.</returns>
    public static SubscriptionTarget? Of(CoverRequest request, EntrySnapshot snapshot)
    {
        if (request.Method is not ("GET" or "HEAD"))
        {
            return null;
        }

        var target = request.Target;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var path = mark < 0 ? target : target[..mark];
        var (segment, token, suffix) = path.Split('/') switch
        {
            ["", var s, var t] => (s, t, ""),
            ["", var s, var t, { Length: > 0 and <= MaxSuffix } format] => (s, t, format),
            _ => ("", "", ""),
        };
        return snapshot.IsSubscriptionPath(segment) && SubscriptionToken.TryParse(token, out _)
            ? new(token, suffix, mark < 0 ? "" : target[(mark + 1)..])
            : null;
    }
}
