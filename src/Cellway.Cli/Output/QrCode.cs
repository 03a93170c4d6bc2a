using QRCoder;

namespace Cellway.Cli.Output;

/// <summary>A QR code in a terminal.</summary>
internal static class QrCode
{
    /// <summary>Half blocks, two rows a line, light on dark as most terminals are, with a quiet zone.</summary>
    public static string Render(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L);
        using var code = new AsciiQRCode(data);
        return code.GetGraphicSmall(drawQuietZones: true, invert: false);
    }
}
