using System.Collections.Frozen;

namespace Cellway.Manager.Bot.Talking;

/// <summary>All dialogues, and the menu that leads to them.</summary>
internal sealed class DialogueBook
{
    private readonly FrozenDictionary<string, Dialogue> _byId;
    private readonly FrozenDictionary<string, Dialogue> _byCommand;

    public DialogueBook(IEnumerable<Dialogue> dialogues)
    {
        All = [.. dialogues];
        _byId = All.ToFrozenDictionary(d => d.Id, StringComparer.Ordinal);
        _byCommand = All.Where(d => d.Command is not null).ToFrozenDictionary(d => d.Command!, StringComparer.Ordinal);
    }

    public IReadOnlyList<Dialogue> All { get; }

    public Dialogue? Find(string id) => _byId.GetValueOrDefault(id);

    public Dialogue? FindCommand(string command) => _byCommand.GetValueOrDefault(command);

    /// <summary>What this person can begin with, two to a row.</summary>
    public IReadOnlyList<IReadOnlyList<Button>> Menu(Visit visit) =>
    [
        .. MainMenu.ItemsFor(visit).Where(item => Find(item.Dialogue) is not null).Select(item => visit.To(item.Label, item.Dialogue)).Chunk(2),
    ];
}
