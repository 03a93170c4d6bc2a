using System.Globalization;
using Cellway.Benchmarks.Scale;
using Cellway.Model.Devices;
using Cellway.Model.State;

namespace Cellway.Benchmarks.Subscriptions;

/// <summary>A store that has a million devices besides what it holds: made when they are listed, kept nowhere.</summary>
internal sealed class ManyDevices(IStateStore inner, StateKeys keys, int devices, int cells) : IStateStore
{
    private const string User = "u";

    public static SubscriptionToken TokenOf(int device)
    {
        Span<byte> secret = stackalloc byte[20];
        BitConverter.TryWriteBytes(secret, device);
        return SubscriptionToken.TryParse(System.Buffers.Text.Base64Url.EncodeToString(secret), out var token) ? token : throw new InvalidOperationException();
    }

    public ValueTask<StateEntry?> GetAsync(string key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public async ValueTask<StateSnapshot> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var snapshot = await inner.ListAsync(prefix, cancellationToken);
        var own = keys.Prefix + StateKeys.Folders.Devices;
        return prefix == own + "d" ? snapshot with { Entries = [.. Enumerable.Range(0, devices).Select(Of)] }
            : prefix == keys.User(User) ? snapshot with { Entries = [new(prefix, StateJson.Write(new UserRecord { Id = User, CreatedAt = default }), 1, 1, 0)] }
            : snapshot;
    }

    public IAsyncEnumerable<StatePage> ScanAsync(string prefix, CancellationToken cancellationToken) => inner.ScanAsync(prefix, cancellationToken);

    public ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken) => inner.CommitAsync(transaction, cancellationToken);

    public IAsyncEnumerable<StateChangeBatch> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken) =>
        inner.WatchAsync(prefix, fromRevision, cancellationToken);

    public ValueTask<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => inner.GrantLeaseAsync(timeToLive, cancellationToken);

    public ValueTask<bool> RenewLeaseAsync(long leaseId, CancellationToken cancellationToken) => inner.RenewLeaseAsync(leaseId, cancellationToken);

    public ValueTask RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) => inner.RevokeLeaseAsync(leaseId, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private StateEntry Of(int device)
    {
        var token = TokenOf(device);
        var record = new DeviceRecord
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"d{device}"),
            User = User,
            Name = "phone",
            TokenHash = token.Hash().ToString(),
            CredentialHash = VlessId.Of(token).Hash().ToString(),
            Cell = SimulatedNetwork.CellOf(device % cells),
            CreatedAt = default,
        };
        return new(keys.Device(record.Id), StateJson.Write(record), 1, 1, 0);
    }
}
