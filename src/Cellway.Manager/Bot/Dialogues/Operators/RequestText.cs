using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>A request as operators see it.</summary>
internal static class RequestText
{
    public static string Of(Visit visit, BotRequestRecord request)
    {
        var words = visit.Desk.Seals.Open(request.Words);
        return visit.Say(
            KeyOf(request.Kind),
            ("name", words.GetValueOrDefault("name", "")),
            ("word", words.GetValueOrDefault("word", "")),
            ("role", request.Role?.ToString() ?? ""),
            ("cell", request.Cell ?? "—"));
    }

    public static string KeyOf(BotRequestKind kind) => kind switch
    {
        BotRequestKind.Access => "request.told.access",
        BotRequestKind.Contribute => "request.told.contribute",
        _ => "request.told.token",
    };

    public static string LabelOf(Visit visit, BotRequestRecord request) => $"{visit.Texts.Label(request.Kind switch
    {
        BotRequestKind.Access => "requests.access",
        BotRequestKind.Contribute => "requests.contribute",
        _ => "requests.token",
    })}: {visit.Desk.Seals.Open(request.Words).GetValueOrDefault("name", "")}";

    /// <summary>What to say of one that is not open any more.</summary>
    public static Reply Decided(Visit visit, BotRequestRecord? request) => request is null
        ? new(visit.Say("request.gone"), [[visit.To("menu.requests", "or")]])
        : new(
            visit.Say(request.State == BotRequestState.Approved ? "request.approved-already" : "request.refused-already", ("by", request.DecidedBy ?? "—")),
            [[visit.To("menu.requests", "or")]]);
}
