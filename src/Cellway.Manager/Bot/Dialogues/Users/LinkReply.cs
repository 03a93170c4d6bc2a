using Cellway.Manager.Api;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Subscriptions.Page;
using QRCoder;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary>A subscription's link: a QR code, the text, and a button for each app. It is shown once and kept nowhere.</summary>
internal static class LinkReply
{
    private const int PixelsPerModule = 8;
    private const int MaxMirrors = 2; // a caption has room for 1,024 characters

    public static Reply Of(Visit visit, DeviceCredential credential, string head, params IReadOnlyList<Button> below)
    {
        if (credential.SubscriptionUrls.Count == 0)
        {
            return new(visit.Say("link.none"), below.Select(b => (IReadOnlyList<Button>)[b]).ToList());
        }

        var url = credential.SubscriptionUrls[0];
        var text = visit.Say("link", ("url", url));
        if (credential.SubscriptionUrls.Skip(1).Take(MaxMirrors).ToList() is { Count: > 0 } some)
        {
            text += $"\n\n{visit.Say("link.mirrors")}\n{string.Join('\n', some.Select(m => visit.Say("link.mirror", ("url", m))))}";
        }

        List<IReadOnlyList<Button>> rows = [[Button.CopyOf(visit.Texts.Label("link.copy"), url), Button.Open(visit.Texts.Label("link.page"), url)]];
        rows.AddRange(ImportLinks.All.Select(app => Button.Open(app.App, $"{url}#{ImportLinks.AnchorOf(app)}")).Chunk(3));
        rows.AddRange(below.Select(b => (IReadOnlyList<Button>)[b]));
        return new($"{head}\n\n{text}", rows) { Photo = Picture(url), IsNew = true };
    }

    private static byte[] Picture(string url)
    {
        using var data = QRCodeGenerator.GenerateQrCode(url, QRCodeGenerator.ECCLevel.M);
        using var code = new PngByteQRCode(data);
        return code.GetGraphic(PixelsPerModule);
    }
}
