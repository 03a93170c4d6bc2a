using System.Globalization;

namespace Cellway.DataPlane.Cover;

/// <summary>One file of the cover site, in memory.</summary>
internal sealed class CoverFile
{
    public CoverFile(string contentType, DateTimeOffset modified, byte[] body)
    {
        ContentType = contentType;
        Body = body;
        var seconds = modified.ToUnixTimeSeconds();
        Modified = DateTimeOffset.FromUnixTimeSeconds(seconds);
        LastModified = Modified.ToString("r", CultureInfo.InvariantCulture);
        ETag = string.Create(CultureInfo.InvariantCulture, $"\"{seconds:x}-{body.Length:x}\""); // nginx's form
    }

    public string ContentType { get; }

    public byte[] Body { get; }

    /// <summary>When it was modified, in whole seconds.</summary>
    public DateTimeOffset Modified { get; }

    public string LastModified { get; }

    public string ETag { get; }
}
