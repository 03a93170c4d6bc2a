using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;

namespace Cellway.Manager.Bot.Dialogues.Guests;

/// <summary><c>/status</c>: what the person is here, and where their request stands.</summary>
internal sealed class StatusDialogue : Dialogue
{
    public override string Id => "rs";

    public override string Command => "status";

    public override Roles For => Roles.Everybody;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        List<string> lines = [];
        if (visit.Operator is { } name)
        {
            lines.Add(visit.Say("status.operator", ("name", name)));
        }

        if (visit.Account.User is { } id && visit.View.Accounts.FindUser(id) is { } user)
        {
            lines.Add(user switch
            {
                { Disabled: true } => visit.Say("status.user.disabled", ("name", id)),
                { Expired: true } => visit.Say("status.user.expired", ("name", id)),
                { ExpiresAt: { } end } => visit.Say("status.user.until", ("name", id), ("end", visit.Texts.Time(end))),
                _ => visit.Say("status.user", ("name", id)),
            });
        }

        if (visit.Roles.HasFlag(Roles.Participant))
        {
            lines.Add(visit.Say("status.participant", ("name", visit.Account.Participant!)));
        }

        if (visit.Desk.State.Requests.Find(visit.Account.Request) is { } request)
        {
            lines.Add(Tell(visit, request));
        }
        else if (lines.Count == 0)
        {
            lines.Add(visit.Say("status.guest"));
        }

        return Task.FromResult(new Reply(string.Join("\n\n", lines), [[visit.To("button.menu", "mn")]]));
    }

    private static string Tell(Visit visit, BotRequestRecord request) => request.State switch
    {
        BotRequestState.Open => visit.Say("status.request.open", ("since", visit.Texts.Time(request.At))),
        BotRequestState.Approved => visit.Say("status.request.approved"),
        _ => visit.Say("status.request.refused", ("reason", visit.Desk.Seals.Open(request.Words).GetValueOrDefault("reason", "—"))),
    };
}
