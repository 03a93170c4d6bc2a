using Cellway.Model.Identities;

namespace Cellway.Manager.Bot.Dialogues.Participants;

/// <summary>What to run on a server.</summary>
internal static class JoinCommand
{
    public static string Of(BotOptions options, Role role, string token) =>
        $"docker run -d --name cellway --restart unless-stopped -p 443:443 -v cellway:/var/lib/cellway -e CELLWAY_JOIN_TOKEN={token} {(role == Role.Core ? options.CoreImage : options.EntryImage)} {role.ToString().ToLowerInvariant()}";
}
