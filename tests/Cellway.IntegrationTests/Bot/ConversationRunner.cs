using System.Text;
using System.Text.RegularExpressions;
using Cellway.Testing.Telegram;

namespace Cellway.IntegrationTests.Bot;

/// <summary>Plays a conversation against a running bot.</summary>
internal sealed class ConversationRunner(BotNetwork network, string language) : IAsyncDisposable
{
    private readonly Dictionary<string, (long Id, HashSet<int> Read)> _people = new(StringComparer.Ordinal) { ["olga"] = (BotNetwork.Olga, []) };
    private readonly StringBuilder _record = new();
    private string _person = "";

    /// <summary>The conversation as it went, with what differs each time masked.</summary>
    public string Record => _record.ToString();

    public ValueTask DisposeAsync() => Happenings.DisposeAsync();

    public async Task PlayAsync(ConversationScript script)
    {
        foreach (var line in script.Lines)
        {
            switch (line.Kind)
            {
                case ConversationScript.Kind.Person:
                    _person = line.Text;
                    _people.TryAdd(_person, (1000 + _people.Count, []));
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
                case ConversationScript.Kind.Happen when line.Text.Split(' ', 3) is ["press", var owner, ['[', .. var label, ']']]:
                    PressOf(owner, label);
                    Keep($"$ {line.Text}");
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

    /// <summary>An app that sends what it likes: a button of somebody else's, or one that its message no longer has.</summary>
    private void PressOf(string owner, string label)
    {
        var (me, theirs) = (_people[_person].Id, _people[owner].Id);
        var message = network.Telegram.SentTo(theirs).Last(m => m.Button(label)?.Data is not null);
        network.Telegram.PressData(me, me == theirs ? message : network.Telegram.ChatWith(me)[^1], message.Button(label)!.Data!, language);
    }

    private Happenings Happenings { get; } = new();

    /// <summary>What is read may come beside something else: an alert does not wait for a conversation.</summary>
    private async Task ReadAsync(string expected)
    {
        var (id, read) = _people[_person];
        var pattern = $"^{string.Join(".*?", expected.Split('…').Select(Regex.Escape))}$";
        for (var at = 0; ; at++)
        {
            FakeMessage message;
            try
            {
                message = await network.NextAsync(id, at, $"{_person} was to read “{expected}”");
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"{_person} read none like:\n{expected}\nbut:\n{string.Join('\n', network.Telegram.SentTo(id).Where((_, i) => !read.Contains(i)).Select(Show))}\n\nSo far:\n{Record}", e);
            }

            if (!read.Contains(at) && (expected.Length == 0 || Regex.IsMatch(Show(message), pattern, RegexOptions.Singleline)))
            {
                read.Add(at);
                Keep("< " + Mask(Show(message)));
                return;
            }
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
