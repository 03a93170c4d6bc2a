using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Cellway.Manager.Subscriptions.Access;
using Cellway.Model.Contracts;

namespace Cellway.Manager.Subscriptions.Rendering;

/// <summary>A document that a serializer has rendered for nobody, cut where a device's own texts belong. Immutable.</summary>
internal sealed class Template
{
    private readonly byte[] _text;
    private readonly (int End, TemplateSlot Slot)[] _cuts; // up to where the text goes, and what follows
    private readonly int _tail;
    private readonly bool _isBase64;

    /// <param name="rendered">The document, with <see cref="DeviceSecrets.Placeholders"/> in it.</param>
    /// <param name="isBase64">Whether it is sent in base 64.</param>
    /// <param name="headers">Headers that every device gets as they are.</param>
    /// <param name="webPage">The page's URL without the token; <see langword="null"/> when there is none.</param>
    public Template(ReadOnlySpan<byte> rendered, bool isBase64, IReadOnlyList<Header> headers, string? webPage)
    {
        (_isBase64, Headers, WebPage) = (isBase64, headers, webPage);
        using var text = new MemoryStream();
        var cuts = new List<(int, TemplateSlot)>();
        while (FindNext(rendered, out var slot, out var length) is var at && at >= 0)
        {
            text.Write(rendered[..at]);
            cuts.Add(((int)text.Length, slot));
            rendered = rendered[(at + length)..];
        }

        text.Write(rendered);
        _text = text.ToArray();
        _cuts = [.. cuts];
        _tail = _text.Length;
        HasUsage = _cuts.Any(c => c.Slot == TemplateSlot.Usage);
        Digest = DigestOf(_text, _cuts, isBase64);
    }

    public IReadOnlyList<Header> Headers { get; }

    public string? WebPage { get; }

    /// <summary>Whether the body changes with what the device has used.</summary>
    public bool HasUsage { get; }

    /// <summary>Tells documents of different contents apart, whoever's they are.</summary>
    public byte[] Digest { get; }

    /// <summary>How many bytes it holds.</summary>
    public int Size => _text.Length;

    /// <summary>How much room <see cref="Write"/> needs.</summary>
    public int MaxLength(DeviceSecrets secrets)
    {
        var length = PlainLength(secrets);
        return _isBase64 ? Base64.GetMaxEncodedToUtf8Length(length) : length;
    }

    /// <summary>Writes the device's document.</summary>
    /// <returns>How many bytes it has.</returns>
    public int Write(DeviceSecrets secrets, Span<byte> destination)
    {
        var (at, written) = (0, 0);
        foreach (var (end, slot) in _cuts)
        {
            _text.AsSpan(at, end - at).CopyTo(destination[written..]);
            written += end - at;
            written += Encoding.ASCII.GetBytes(TextOf(secrets, slot), destination[written..]);
            at = end;
        }

        _text.AsSpan(at, _tail - at).CopyTo(destination[written..]);
        written += _tail - at;
        if (_isBase64)
        {
            Base64.EncodeToUtf8InPlace(destination, written, out written);
        }

        return written;
    }

    private static int FindNext(ReadOnlySpan<byte> rendered, out TemplateSlot slot, out int length)
    {
        (var first, slot, length) = (-1, default, 0);
        foreach (var candidate in Enum.GetValues<TemplateSlot>())
        {
            var marker = Encoding.ASCII.GetBytes(TextOf(DeviceSecrets.Placeholders, candidate));
            var at = rendered.IndexOf(marker);
            if (at >= 0 && (first < 0 || at < first))
            {
                (first, slot, length) = (at, candidate, marker.Length);
            }
        }

        return first;
    }

    private static string TextOf(DeviceSecrets secrets, TemplateSlot slot) => slot switch
    {
        TemplateSlot.Id => secrets.Id,
        TemplateSlot.Token => secrets.Token,
        _ => secrets.Usage,
    };

    private static byte[] DigestOf(byte[] text, (int End, TemplateSlot Slot)[] cuts, bool isBase64)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(text);
        foreach (var (end, slot) in cuts)
        {
            hash.AppendData(BitConverter.GetBytes(end));
            hash.AppendData([(byte)slot]);
        }

        hash.AppendData([isBase64 ? (byte)1 : (byte)0]);
        return hash.GetHashAndReset();
    }

    private int PlainLength(DeviceSecrets secrets)
    {
        var length = _text.Length;
        foreach (var (_, slot) in _cuts)
        {
            length += slot == TemplateSlot.Id ? DeviceSecrets.NobodysId.Length : TextOf(secrets, slot).Length;
        }

        return length;
    }
}
