using System.Text;

namespace Cellway.Manager.Bot.Words;

/// <summary>A language's texts: <c>key: text</c>, with <c>|</c> before each further line of it; <c>#</c> begins a comment.</summary>
internal static class TextFile
{
    /// <exception cref="InvalidDataException">A line is none of these, or a key is there twice.</exception>
    public static IReadOnlyDictionary<string, string> Parse(TextReader reader)
    {
        var texts = new Dictionary<string, StringBuilder>(StringComparer.Ordinal);
        StringBuilder? current = null;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('|'))
            {
                _ = (current ?? throw new InvalidDataException($"“{line}” continues nothing.")).Append('\n').Append(line.Length > 1 ? line[2..] : "");
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                var colon = line.IndexOf(": ", StringComparison.Ordinal);
                current = new(colon > 0 ? line[(colon + 2)..] : throw new InvalidDataException($"“{line}” is no text."));
                if (!texts.TryAdd(line[..colon], current))
                {
                    throw new InvalidDataException($"{line[..colon]} is there twice.");
                }
            }
        }

        return texts.ToDictionary(t => t.Key, t => t.Value.ToString(), StringComparer.Ordinal);
    }
}
