using System.Buffers.Text;
using System.Text;

namespace Cellway.Manager.Subscriptions.Page;

/// <summary>The apps of the page: those that fall over by themselves first. Each app's own scheme, as its documentation has it.</summary>
internal static class ImportLinks
{
    private const Platform A = Platform.Android;
    private const Platform I = Platform.Ios;
    private const Platform W = Platform.Windows;
    private const Platform M = Platform.MacOs;
    private const Platform L = Platform.Linux;

    public static readonly IReadOnlyList<ImportLink> All =
    [
        new("Hiddify", [A, I, W, M, L], (url, name) => $"hiddify://import/{url}#{Escape(name)}"),
        new("Happ", [A, I, W, M, L], (url, _) => $"happ://add/{url}"),
        new("FlClash", [A, W, M, L], (url, _) => $"flclash://install-config?url={Escape(url)}"),
        new("Clash Verge", [W, M, L], (url, name) => $"clash://install-config?url={Escape(url)}&name={Escape(name)}"),
        new("Clash Meta", [A], (url, name) => $"clashmeta://install-config?url={Escape(url)}&name={Escape(name)}"),
        new("sing-box", [A, I, M], (url, name) => $"sing-box://import-remote-profile?url={Escape(url)}#{Escape(name)}"),
        new("Karing", [A, I, W, M], (url, name) => $"karing://install-config?url={Escape(url)}&name={Escape(name)}"),
        new("v2rayNG", [A], (url, name) => $"v2rayng://install-sub?url={Escape(url)}#{Escape(name)}"),
        new("v2RayTun", [A, I, W, M], (url, _) => $"v2raytun://import/{url}"),
        new("NekoBox", [A], (url, name) => $"sn://subscription?url={Escape(url)}&name={Escape(name)}"),
        new("Streisand", [I, M], (url, name) => $"streisand://import/{url}#{Escape(name)}"),
        new("Shadowrocket", [I, M], (url, name) => $"shadowrocket://add/sub://{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(url))}?remark={Escape(name)}"),
    ];

    /// <summary>Where on the page the app's link is: other programs can link to it.</summary>
    public static string AnchorOf(ImportLink link) => link.App.ToLowerInvariant().Replace(' ', '-');

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
