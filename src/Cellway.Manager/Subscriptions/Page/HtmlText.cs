using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Cellway.Manager.Subscriptions.Page;

/// <summary>Writes HTML: elements and attributes by name, and everything else encoded.</summary>
internal sealed class HtmlText
{
    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text = new("<!DOCTYPE html>");

    /// <summary>An element with children.</summary>
    public void Element(string name, (string Name, string? Value)[] attributes, Action content)
    {
        Open(name, attributes);
        content();
        _text.Append("</").Append(name).Append('>');
    }

    /// <summary>An element with children and no attributes.</summary>
    public void Element(string name, Action content) => Element(name, [], content);

    /// <summary>An element with text.</summary>
    public void Element(string name, (string Name, string? Value)[] attributes, string text) => Element(name, attributes, () => Text(text));

    /// <summary>An element with text and no attributes.</summary>
    public void Element(string name, string text) => Element(name, [], text);

    /// <summary>An element that has no end.</summary>
    public void Void(string name, params (string Name, string? Value)[] attributes) => Open(name, attributes);

    /// <summary>Text.</summary>
    public void Text(string text) => _text.Append(s_encoder.Encode(text));

    /// <summary>A style or a script of this program's own, as it is: its hash is what the browser is told to trust.</summary>
    public void OwnCode(string element, string code) => _text.Append('<').Append(element).Append('>').Append(code).Append("</").Append(element).Append('>');

    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(_text.ToString());

    private void Open(string name, (string Name, string? Value)[] attributes)
    {
        _text.Append('<').Append(name);
        foreach (var (attribute, value) in attributes)
        {
            _text.Append(' ').Append(attribute);
            if (value is not null)
            {
                _text.Append("=\"").Append(s_encoder.Encode(value)).Append('"');
            }
        }

        _text.Append('>');
    }
}
