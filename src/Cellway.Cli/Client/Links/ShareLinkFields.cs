namespace Cellway.Cli.Client.Links;

/// <summary>What a link says, or a configuration of another form, in a link's words (wire.md 5.2). Secret.</summary>
/// <param name="User">The id.</param>
/// <param name="Authority">Host and port.</param>
/// <param name="Parameters">The rest.</param>
/// <param name="Name">Shown to the person.</param>
internal sealed record ShareLinkFields(string User, string Authority, IReadOnlyDictionary<string, string> Parameters, string Name)
{
    /// <summary>Puts them together of what configurations have apart; a value that is missing is left out.</summary>
    public static ShareLinkFields Of(string? user, string? host, string? port, string? name, params (string Key, string? Value)[] parameters) => new(
        user ?? "",
        $"{(host?.Contains(':', StringComparison.Ordinal) == true ? $"[{host}]" : host)}:{port}",
        parameters.Where(p => p.Value is not null).ToDictionary(p => p.Key, p => p.Value!, StringComparer.Ordinal),
        name ?? "");

    /// <summary>Never the id: this type must not reach a log by accident.</summary>
    public override string ToString() => "ShareLinkFields(…)";
}
