using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Cellway.Cli.Client.Links;

/// <summary>The ways in of a configuration of mihomo (wire.md 6.4).</summary>
internal static class YamlConfiguration
{
    /// <summary>Deeper than any configuration; a deeper text could exhaust the stack.</summary>
    private const int MaxDepth = 32;

    /// <returns><see langword="null"/> when it is no YAML with proxies.</returns>
    public static IEnumerable<ShareLinkFields>? TryRead(string text)
    {
        if (!text.Contains("proxies:", StringComparison.Ordinal) || !IsShallow(text))
        {
            return null;
        }

        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            return yaml.Documents is [var document] && document.RootNode is YamlMappingNode root && Child(root, "proxies") is YamlSequenceNode proxies
                ? [.. proxies.OfType<YamlMappingNode>().Where(p => Text(p, "type") == "vless").Select(Read)]
                : null;
        }
        catch (Exception e) when (e is YamlException or ArgumentException) // not YAML; a key twice
        {
            return null;
        }
    }

    private static ShareLinkFields Read(YamlMappingNode proxy) => ShareLinkFields.Of(
        Text(proxy, "uuid"), Text(proxy, "server"), Text(proxy, "port"), Text(proxy, "name"),
        ("flow", Text(proxy, "flow")),
        ("security", Text(proxy, "tls") == "true" ? "tls" : "none"),
        ("sni", Text(proxy, "servername")),
        ("type", Text(proxy, "network")),
        ("serviceName", Text(Child(proxy, "grpc-opts"), "grpc-service-name")));

    private static YamlNode? Child(YamlNode? node, string key) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private static string? Text(YamlNode? node, string key) => (Child(node, key) as YamlScalarNode)?.Value;

    private static bool IsShallow(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            for (var depth = 0; parser.MoveNext();)
            {
                depth += parser.Current switch
                {
                    MappingStart or SequenceStart => 1,
                    MappingEnd or SequenceEnd => -1,
                    _ => 0,
                };
                if (depth > MaxDepth || parser.Current is AnchorAlias)
                {
                    return false;
                }
            }

            return true;
        }
        catch (YamlException)
        {
            return false;
        }
    }
}
