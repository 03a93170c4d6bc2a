using System.Text;
using Cellway.Manager.Subscriptions.Access;

namespace Cellway.Manager.Subscriptions.Formats;

/// <summary>Share links, one a line (wire.md 6.1).</summary>
internal static class LinkListFormat
{
    /// <param name="access">What to render.</param>
    /// <param name="withMetadata">Whether the app looks for headers in the body: Happ and Hiddify do, in the first lines; the others skip them.</param>
    public static byte[] Render(DeviceAccess access, bool withMetadata)
    {
        var lines = access.Ways.Select(w => ShareLinkText.Of(w, access.Secrets.Id));
        if (withMetadata)
        {
            lines = [.. DocumentHeaders.Of(access).Where(h => h.InBody).Select(h => $"#{h.Name}: {h.Value}"), .. lines];
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }
}
