using Cellway.Manager.Subscriptions.Access;
using Cellway.Manager.Subscriptions.Rendering;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Google.Protobuf;

namespace Cellway.Manager.Subscriptions.Page;

/// <summary>The page as an answer: none of the headers that are for apps (wire.md 6.5).</summary>
internal static class PageAnswer
{
    public static SubscriptionReply Of(
        NetworkView view, in DeviceRow device, DeviceAccess access, Allowance allowance, SubscriptionRequest request, DateTimeOffset now)
    {
        IReadOnlyList<string> urls = [.. EligibleCells.SubscriptionUrls(view, device.Cell, access.Secrets.Token)];
        var body = SubscriptionPage.Render(new()
        {
            Access = access,
            Allowance = allowance,
            Device = device.Name,
            Urls = urls.Count > 0 ? urls : [$"https://{request.Host}/"],
            ChangedAt = ChangedAt(view, device, now),
            Platform = Platforms.Guess(request.UserAgent),
            Texts = PageLanguage.Of(request.AcceptLanguage),
        });
        var reply = new SubscriptionReply
        {
            Status = 200,
            Body = UnsafeByteOperations.UnsafeWrap(body),
            Coding = Codings.Choose(request.AcceptEncoding, body.Length),
        };
        Add("content-type", "text/html; charset=utf-8");
        Add("cache-control", "no-store");
        Add("content-security-policy", PageCode.Policy);
        Add("referrer-policy", "no-referrer"); // the URL is the password
        Add("x-content-type-options", "nosniff");
        Add("x-robots-tag", "noindex");
        Add("vary", "accept, accept-encoding, accept-language, user-agent");
        return reply;

        void Add(string name, string value) => reply.Headers.Add(new Header { Name = name, Value = value });
    }

    private static DateTimeOffset ChangedAt(NetworkView view, in DeviceRow device, DateTimeOffset now) =>
        EligibleCells.For(view, device.Cell)
            .Select(c => AnnouncedName.Of(view, c.Id, now)?.AnnouncedAt ?? c.CreatedAt)
            .Append(new(device.CreatedAtTicks, TimeSpan.Zero))
            .Max();
}
