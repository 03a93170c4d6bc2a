using Cellway.Manager.Subscriptions;
using Cellway.Manager.Subscriptions.Access;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.State.Memory;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager.Subscriptions;

/// <summary>Subscriptions over a state in memory.</summary>
internal sealed class SubscriptionFixture : IAsyncDisposable, IAllowances
{
    private SubscriptionFixture(IStateStore store, FakeTimeProvider time)
    {
        (Store, Time) = (store, time);
        Feed = Views.FeedOf(store, time);
        Answers = new(
            Feed, new(store, Samples.Keys, Feed, time), Samples.Keys, this, new(store, Samples.Keys, new([.. new byte[31], 1])), new(time), time);
    }

    public static SubscriptionToken Token { get; } =
        SubscriptionToken.TryParse("AAECAwQFBgcICQoLDA0ODxAREhM", out var token) ? token : throw new InvalidOperationException();

    public static DeviceRecord Device { get; } = Samples.Device("d1") with { TokenHash = Token.Hash().ToString(), CredentialHash = VlessId.Of(Token).Hash().ToString() };

    public IStateStore Store { get; }

    public FakeTimeProvider Time { get; }

    public NetworkViewFeed Feed { get; }

    public SubscriptionAnswers Answers { get; }

    public Allowance Allowance { get; set; }

    /// <summary>Two cells, the device's own with two addresses, and one whose entries are blocked.</summary>
    public static object[] Network { get; } =
    [
        Samples.User(), Device,
        Samples.Cell("north", CellState.Active, "192.0.2.1:8443", "[2001:db8::1]:443"),
        Samples.Cell("east") with { EntryBlockedSince = Samples.Now },
        Samples.Cell("south"),
    ];

    public static async Task<SubscriptionFixture> StartAsync(params IEnumerable<object> records)
    {
        var time = new FakeTimeProvider(Samples.Now);
        var store = new MemoryStateStore(time);
        var fixture = new SubscriptionFixture(store, time);
        var all = WithNames(records).ToList();
        foreach (var record in all.OfType<NetworkRecord>().Any() ? all : all.Prepend(Samples.Network))
        {
            var entry = Samples.Entry(record);
            await store.CommitAsync(new StateTransaction().Put(entry.Key, entry.Value), TestContext.Current.CancellationToken);
        }

        await fixture.Feed.StartAsync(TestContext.Current.CancellationToken);
        return fixture;
    }

    /// <summary>A view of these, in which every cell has service names.</summary>
    public static NetworkView View(params IEnumerable<object> records) => Samples.View(WithNames(records));

    public Allowance Of(in DeviceRow device) => Allowance;

    private static IEnumerable<object> WithNames(IEnumerable<object> records)
    {
        var all = records.ToList();
        var named = all.OfType<RotationRecord>().Select(r => r.Cell).ToHashSet();
        return [.. all, .. all.OfType<CellRecord>().Where(c => !named.Contains(c.Id)).Select(c => Samples.Rotation(c.Id))];
    }

    /// <summary>Asks as an Entry does.</summary>
    public async Task<SubscriptionReply?> AskAsync(string userAgent = "", Action<SubscriptionRequest>? change = null)
    {
        var request = new SubscriptionRequest { Token = Token.Reveal(), Host = "entry.north.example", Method = "GET", UserAgent = userAgent };
        change?.Invoke(request);
        if (await Answers.AnswerAsync(request, TestContext.Current.CancellationToken) is not { } answer)
        {
            return null;
        }

        var copy = answer.Reply.Clone();
        copy.Body = Google.Protobuf.ByteString.CopyFrom(answer.Reply.Body.Span); // before its buffer goes back
        answer.Lease?.Dispose();
        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        await Feed.StopAsync(CancellationToken.None);
        Feed.Dispose();
        await Store.DisposeAsync();
    }
}
