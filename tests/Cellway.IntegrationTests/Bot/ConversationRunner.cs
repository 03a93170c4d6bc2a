using System.Text;
using System.Text.RegularExpressions;
using Cellway.Testing.Telegram;

namespace Cellway.IntegrationTests.Bot;

/// <summary>Plays a conversation against a running bot.</summary>
internal sealed class ConversationRunner(BotNetwork network, string language)
{
    private readonly Dictionary<string, (long Id, int Read)> _people = new(StringComparer.Ordinal) { ["olga"] = (BotNetwork.Olga, 0) };
    private readonly StringBuilder _record = new();
    private string _person = "";

    /// <summary>The conversation as it went, with what differs each time masked.</summary>
    public string Record => _record.ToString();

    public async Task PlayAsync(ConversationScript script)
    {
        foreach (var line in script.Lines)
        {
            switch (line.Kind)
            {
                case ConversationScript.Kind.Person:
                    _person = line.Text;
                    _people.TryAdd(_person, (1000 + _people.Count, 0));
                    Keep($"@{line.Text}");
                    break;
                case ConversationScript.Kind.Write:
                    network.Telegram.Write(_people[_person].Id, Happenings.Fill(line.Text), language);
                    Keep($"> {line.Text}");
                    break;
                case ConversationScript.Kind.Press:
                    network.Telegram.Press(_people[_person].Id, LabelLike(_people[_person].Id, line.Text), language);
                    Keep($"[{line.Text}]");
                    break;
                case ConversationScript.Kind.Happen:
                    await Happenings.DoAsync(network, line.Text);
                    Keep($"$ {line.Text}");
                    break;
                case ConversationScript.Kind.Read:
                    await ReadAsync(line.Text);
                    break;
                default:
                    Keep(line.Text);
                    break;
            }
        }
    }

    // “…” in a label is an id that differs each time.
    private string LabelLike(long person, string label) => !label.Contains('…', StringComparison.Ordinal) ? label : network.Telegram.ChatWith(person)
        .SelectMany(m => m.Buttons).SelectMany(r => r).Select(b => b.Label)
        .LastOrDefault(l => Regex.IsMatch(l, $"^{string.Join(".*", label.Split('…').Select(Regex.Escape))}$")) ?? label;

    private Happenings Happenings { get; } = new();

    private async Task ReadAsync(string expected)
    {
        var (id, read) = _people[_person];
        var message = await network.NextAsync(id, read, $"{_person} was to read “{expected}”");
        _people[_person] = (id, read + 1);
        Keep("< " + Mask(Show(message)));
        if (expected.Length > 0)
        {
            var pattern = string.Join(".*?", expected.Split('…').Select(Regex.Escape));
            Assert.True(Regex.IsMatch(Show(message), $"^{pattern}$", RegexOptions.Singleline), $"{_person} read:\n{Show(message)}\nand not:\n{expected}\n\nSo far:\n{Record}");
        }
    }

    private static string Show(FakeMessage message)
    {
        var text = string.Join("\n", message.Plain.Split('\n').Select((l, i) => i == 0 ? l : l.Length == 0 ? "|" : $"| {l}"));
        var rows = message.Buttons.Select(r => "= " + string.Join(" ", r.Select(b => $"[{b.Label}]")));
        return string.Join("\n", rows.Prepend((message.Photo is null ? "" : "▣ ") + text));
    }

    private static string Mask(string text)
    {
        text = Regex.Replace(text, @"https://\S+", "…");
        text = Regex.Replace(text, @"cw1_\S+", "…");
        text = Regex.Replace(text, @"\d{1,2}(\.\d{2}\.| \p{L}+ )\d{4},? \d{2}:\d{2} UTC", "…");
        text = Regex.Replace(text, @"(?<![a-z2-7])[a-z2-7]{16}(?![a-z2-7])", "…");
        text = Regex.Replace(text, @"(core|entry) [a-z2-7]{6}(?= · |\])", "$1 …");
        return Regex.Replace(text, @"\?[0-9a-f]{6}\b", "…");
    }

    private void Keep(string line) => _record.Append(line).Append('\n');
}
