using Cellway.Manager.Audit;
using Cellway.Manager.Authority;
using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Devices;
using Cellway.Manager.Enrollment;
using Cellway.Manager.Incidents;
using Cellway.Manager.Nodes;
using Cellway.Manager.Participants;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.Regeneration;
using Cellway.Manager.Rotation;
using Cellway.Manager.Routing;
using Cellway.Manager.Users;
using Cellway.Manager.View;
using Cellway.Model.State;

namespace Cellway.Manager.Bot.Talking;

/// <summary>What the bot can do to the network: the acts of the admin API, writing through a store of the bot's choice.</summary>
internal sealed record BotActs
{
    public required UserActs Users { get; init; }

    public required DeviceActs Devices { get; init; }

    public required ParticipantActs Participants { get; init; }

    public required NodeActs Nodes { get; init; }

    public required TokenActs Tokens { get; init; }

    public required OperatorsWord Word { get; init; }

    public required RegenerationRequests Regenerations { get; init; }

    public required RegenerationTokens RegenerationTokens { get; init; }

    public required BotKeys Keys { get; init; }

    /// <summary>Makes them.</summary>
    internal sealed class Factory(
        StateKeys keys,
        NetworkViewFeed feed,
        NetworkAuthority authority,
        RouteTable routes,
        RouteDelivery delivery,
        AttachedNodes attached,
        NewJoinTokens tokens,
        RotationPlan rotation,
        IncidentLog incidents,
        BotSeals seals,
        Acts audit,
        TimeProvider time)
    {
        public BotActs Through(IStateStore store)
        {
            var writer = new NetworkWriter(store, keys, feed, audit);
            var regenerations = new RegenerationRequests(writer, feed, authority, rotation, time);
            return new()
            {
                Users = new(writer, feed, time),
                Devices = new(writer, feed, routes, delivery, time),
                Participants = new(writer, feed, time),
                Nodes = new(writer, feed, attached, new(writer, feed, audit, time)),
                Tokens = new(writer, tokens, time),
                Word = new(writer, feed, time, incidents),
                Regenerations = regenerations,
                RegenerationTokens = new(writer, regenerations, tokens, time),
                Keys = new(writer, seals, time),
            };
        }
    }
}
