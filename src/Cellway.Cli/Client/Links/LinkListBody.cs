using System.Text;

namespace Cellway.Cli.Client.Links;

/// <summary>The ways in of a subscription's body: share links, one a line, plain or the whole in base 64; or configurations of Xray, sing-box or mihomo (wire.md 6).</summary>
/// <param name="Links">Those that this client can use, in order, none twice.</param>
/// <param name="Skipped">Why others cannot be used.</param>
internal sealed record LinkListBody(IReadOnlyList<ShareLink> Links, IReadOnlyList<ShareLinkFault> Skipped)
{
    /// <summary>More lines than any network has ways in; the rest is not read.</summary>
    private const int MaxLines = 1024;

    /// <summary>Reads a body, as tolerantly as the most tolerant importer.</summary>
    public static LinkListBody Read(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body).Trim().TrimStart('\uFEFF');
        if (!text.Contains("://", StringComparison.Ordinal) && TryDecode(text, out var decoded))
        {
            text = decoded;
        }

        var configured = JsonConfiguration.TryRead(text) ?? YamlConfiguration.TryRead(text);
        return configured is null ? Collect(LinesOf(text), ShareLink.Parse) : Collect(configured, ShareLink.Make);
    }

    private static IEnumerable<string> LinesOf(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#'); // "#key: value" is for other apps

    private static LinkListBody Collect<T>(IEnumerable<T> sources, Reader<T> read)
    {
        List<ShareLink> links = [];
        List<ShareLinkFault> skipped = [];
        foreach (var source in sources.Take(MaxLines))
        {
            var fault = read(source, out var link);
            if (fault is not ShareLinkFault.None)
            {
                skipped.Add(fault);
            }
            else if (!links.Any(l => l with { Name = link!.Name } == link)) // the same way under another name is no other way
            {
                links.Add(link!);
            }
        }

        return new(links, skipped);
    }

    private delegate ShareLinkFault Reader<T>(T source, out ShareLink? link);

    /// <summary>Whether a body is a web page, such as a server gives for a path that it does not know.</summary>
    public static bool IsWebPage(ReadOnlySpan<byte> body) =>
        Encoding.UTF8.GetString(body[..Math.Min(body.Length, 512)]).TrimStart('\uFEFF', ' ', '\t', '\r', '\n').StartsWith('<');

    /// <summary>Either alphabet, padded or not, in one line or many.</summary>
    private static bool TryDecode(string text, out string decoded)
    {
        decoded = "";
        var digits = string.Concat(text.Where(c => !char.IsWhiteSpace(c))).TrimEnd('=').Replace('-', '+').Replace('_', '/');
        var bytes = new byte[(digits.Length * 3 / 4) + 3];
        if (!Convert.TryFromBase64String(digits.PadRight((digits.Length + 3) / 4 * 4, '='), bytes, out var length))
        {
            return false;
        }

        decoded = Encoding.UTF8.GetString(bytes, 0, length);
        return true;
    }
}
