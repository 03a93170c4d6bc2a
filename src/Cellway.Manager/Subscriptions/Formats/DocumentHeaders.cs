using System.Globalization;
using System.Text;
using Cellway.Manager.Subscriptions.Access;

namespace Cellway.Manager.Subscriptions.Formats;

/// <summary>The headers that apps read (wire.md 6.5).</summary>
internal static class DocumentHeaders
{
    public const string UsageName = "subscription-userinfo";

    public static IEnumerable<DocumentHeader> Of(DeviceAccess access)
    {
        yield return new("profile-title", TextOrBase64(access.Title));
        yield return new("profile-update-interval", access.Settings.UpdateHours.ToString(CultureInfo.InvariantCulture));
        yield return new(UsageName, access.Secrets.Usage);
        if (access.WebPage is { } page)
        {
            yield return new("profile-web-page-url", page);
        }

        if (access.Settings.SupportUrl is { } support)
        {
            yield return new("support-url", support);
        }

        if (access.Settings.Announcement is { Length: > 0 } announcement)
        {
            yield return new("announce", TextOrBase64(announcement));
        }

        yield return new("content-disposition", Disposition(access.Title), InBody: false);
    }

    private static string TextOrBase64(string text) =>
        text.All(IsPlain) && text.Trim() == text ? text : $"base64:{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}";

    /// <summary>Both forms: some apps read only the quoted one (wire.md 6.5).</summary>
    private static string Disposition(string title)
    {
        var plain = string.Concat(title.Select(c => IsPlain(c) && c is not ('"' or '\\' or '/' or '%') ? c : '_')).Trim();
        return $"attachment; filename=\"{(plain.Any(char.IsAsciiLetterOrDigit) ? plain : "subscription")}\"; filename*=UTF-8''{Uri.EscapeDataString(title)}";
    }

    private static bool IsPlain(char c) => c is >= ' ' and <= '~';
}
