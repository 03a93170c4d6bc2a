using System.Security.Cryptography;
using System.Text;

namespace Cellway.Manager.Subscriptions.Page;

/// <summary>The page's style and script, and the policy that lets a browser run these and load nothing.</summary>
internal static class PageCode
{
    public static string Style { get; } = Read("page.css");

    /// <summary>Shows the button that copies; everything can be read without it.</summary>
    public static string Script { get; } = Read("page.js");

    public static string Policy { get; } =
        $"default-src 'none'; style-src '{HashOf(Style)}'; script-src '{HashOf(Script)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static string HashOf(string code) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(code)))}";

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(PageCode).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd();
    }
}
