using System.Globalization;
using System.Text;
using QRCoder;

namespace Cellway.Manager.Subscriptions.Page;

/// <summary>A QR code as the path of a picture without a file.</summary>
internal static class QrPath
{
    /// <returns>How many modules wide it is, quiet zone included, and the path of the dark ones.</returns>
    public static (int Size, string Path) Of(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows.Count; x++)
            {
                var from = x;
                while (x < rows.Count && rows[y][x])
                {
                    x++;
                }

                if (x > from)
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{from} {y}h{x - from}v1H{from}z");
                }
            }
        }

        return (rows.Count, path.ToString());
    }
}
