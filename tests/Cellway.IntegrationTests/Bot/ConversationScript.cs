namespace Cellway.IntegrationTests.Bot;

/// <summary>A conversation as a text: who does what, and what they read.</summary>
/// <remarks>
/// <c>@name</c> says whose turn it is; <c>&gt; text</c> is written; <c>[button]</c> is pressed; <c>$ word …</c> happens to the network;
/// <c>$ press name [button]</c> is an app that presses what was a button of that person's once.
/// <c>&lt; text</c> is what comes back, with <c>| text</c> for further lines and <c>= [button] [button]</c> for each row of buttons; <c>…</c>
/// stands for anything, and a bare <c>&lt;</c> for any message.
/// </remarks>
internal sealed record ConversationScript(string Language, IReadOnlyList<ConversationScript.Line> Lines)
{
    public enum Kind
    {
        Person = 1,
        Write = 2,
        Press = 3,
        Happen = 4,
        Read = 5,
        Comment = 6,
    }

    public static ConversationScript Parse(string language, IEnumerable<string> text)
    {
        List<Line> lines = [];
        foreach (var line in text)
        {
            var (kind, value) = line switch
            {
                "" or ['#', ..] => (Kind.Comment, line),
                ['@', .. var name] => (Kind.Person, name),
                ['>', ' ', .. var written] => (Kind.Write, written),
                ['[', .. var label, ']'] => (Kind.Press, label),
                ['$', ' ', .. var words] => (Kind.Happen, words),
                "<" => (Kind.Read, ""),
                ['<', ' ', .. var read] => (Kind.Read, read),
                ['|', ..] or ['=', ..] => (Kind.Read, null),
                _ => throw new InvalidDataException($"“{line}” is no line of a conversation."),
            };
            if (value is null)
            {
                lines[^1] = lines[^1] with { Text = $"{lines[^1].Text}\n{line}" };
            }
            else
            {
                lines.Add(new(kind, value));
            }
        }

        return new(language, lines);
    }

    public sealed record Line(Kind Kind, string Text);
}
