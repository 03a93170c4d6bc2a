using System.Text;
using Cellway.Cli.Client.Links;

namespace Cellway.Fuzz.Targets;

internal static class ShareLinkTarget
{
    public static void Check(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var fault = ShareLink.Parse(text, out var link);
        FuzzException.ThrowUnless(fault is ShareLinkFault.None == link is not null, "a link goes with no fault");
        if (link is not null)
        {
            FuzzException.ThrowUnless(ShareLink.Parse(text, out var again) == fault && again == link, "the same link reads differently");
            FuzzException.ThrowUnless(!link.Name.Any(char.IsControl), "a name that plays with the terminal");
            FuzzException.ThrowUnless(!link.ServiceName.Any("/|?#% \r\n".Contains), "a service name that is a path");
        }

        var body = LinkListBody.Read(input);
        FuzzException.ThrowUnless(body.Links.Distinct().Count() == body.Links.Count, "a link twice");
    }
}
