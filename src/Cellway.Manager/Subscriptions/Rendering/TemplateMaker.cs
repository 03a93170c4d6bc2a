using Cellway.Manager.Subscriptions.Access;
using Cellway.Manager.Subscriptions.Choice;
using Cellway.Manager.Subscriptions.Formats;
using Cellway.Model.Contracts;

namespace Cellway.Manager.Subscriptions.Rendering;

/// <summary>Renders a document for nobody.</summary>
internal static class TemplateMaker
{
    private static readonly Header s_cache = new() { Name = "cache-control", Value = "private, no-cache" }; // it is a credential, and is always asked for again
    private static readonly Header s_vary = new() { Name = "vary", Value = "accept, accept-encoding, user-agent" };

    /// <param name="access">What to render, with <see cref="DeviceSecrets.Placeholders"/>.</param>
    /// <param name="format">How.</param>
    public static Template Make(DeviceAccess access, ChosenFormat format)
    {
        var body = Render(access, format);
        var headers = DocumentHeaders.Of(access)
            .Where(h => h.Name is not DocumentHeaders.UsageName && !h.Value.Contains(access.Secrets.Token, StringComparison.Ordinal)) // those are a device's own
            .Select(h => new Header { Name = h.Name, Value = h.Value });
        return new(
            body,
            format.Format == SubscriptionFormat.Links,
            [new() { Name = "content-type", Value = TypeOf(format.Format) }, .. headers, s_cache, s_vary],
            access.WebPage?.Replace(access.Secrets.Token, "", StringComparison.Ordinal));
    }

    /// <summary>The document before it is put into base 64, if it is.</summary>
    public static byte[] Render(DeviceAccess access, ChosenFormat format) => format.Format switch
    {
        SubscriptionFormat.Links or SubscriptionFormat.PlainLinks => LinkListFormat.Render(access, format.WithMetadata),
        SubscriptionFormat.Xray => XrayFormat.Render(access),
        SubscriptionFormat.SingBox => SingBoxFormat.Render(access, isLegacy: false),
        SubscriptionFormat.SingBoxLegacy => SingBoxFormat.Render(access, isLegacy: true),
        SubscriptionFormat.Clash => ClashFormat.Render(access),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    private static string TypeOf(SubscriptionFormat format) => format switch
    {
        SubscriptionFormat.Links or SubscriptionFormat.PlainLinks => "text/plain; charset=utf-8",
        SubscriptionFormat.Clash => "text/yaml; charset=utf-8",
        _ => "application/json; charset=utf-8",
    };
}
