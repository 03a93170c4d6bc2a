using Cellway.Model.Contracts;
using Grpc.Net.Client;
using Lookups = Cellway.Node.PhoneHome.QuestionStream<
    Cellway.Model.Contracts.ResolveQuestion, Cellway.Model.Contracts.ResolveAnswer, Cellway.Model.Contracts.ResolveReply>;
using Subscriptions = Cellway.Node.PhoneHome.QuestionStream<
    Cellway.Model.Contracts.SubscriptionQuestion, Cellway.Model.Contracts.SubscriptionAnswer, Cellway.Model.Contracts.SubscriptionReply>;

namespace Cellway.Node.PhoneHome;

/// <summary>The streams on which an Entry asks management over one channel; each is opened when it is needed, and again when it has ended.</summary>
internal sealed class ManagementQuestions(GrpcChannel channel)
{
    private readonly Lock _lock = new();
    private Lookups? _lookups;
    private Subscriptions? _subscriptions;

    /// <summary>About devices.</summary>
    public Lookups Lookups
    {
        get
        {
            lock (_lock)
            {
                return _lookups is { IsOver: false } ? _lookups : _lookups = Lookups.Open(() => Client.ResolveMany(), Read);
            }
        }
    }

    /// <summary>About subscriptions.</summary>
    public Subscriptions Subscriptions
    {
        get
        {
            lock (_lock)
            {
                return _subscriptions is { IsOver: false } ? _subscriptions : _subscriptions = Subscriptions.Open(() => Client.FetchMany(), Read);
            }
        }
    }

    private Model.Contracts.PhoneHome.PhoneHomeClient Client => new(channel);

    /// <summary>Asks nothing more; what is under way is still answered.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _lookups?.Complete();
            _subscriptions?.Complete();
        }
    }

    private static (ulong Number, Lookup<ResolveReply> Lookup) Read(ResolveAnswer answer) => (answer.Number,
        answer.Unavailable ? default
        : answer.Unknown ? new(LookupStatus.NotFound, null)
        : new(LookupStatus.Found, new() { Targets = { answer.Targets }, MaxAddresses = answer.MaxAddresses }));

    private static (ulong Number, Lookup<SubscriptionReply> Lookup) Read(SubscriptionAnswer answer) => (answer.Number,
        answer.Unavailable || (answer.Reply is null && !answer.Unknown) ? default
        : answer.Unknown ? new(LookupStatus.NotFound, null)
        : new(LookupStatus.Found, answer.Reply));
}
