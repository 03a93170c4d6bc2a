using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>What a person is called here: never what Telegram calls them.</summary>
internal static class PersonName
{
    public static string Of(Visit visit, string person) =>
        visit.Desk.State.People.Find(person) is { } known && (known.User ?? known.Participant) is { } name ? name : $"?{person[..6]}";
}
