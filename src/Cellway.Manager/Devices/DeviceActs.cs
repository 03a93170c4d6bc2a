using System.Text;
using Cellway.Manager.Api;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Devices;

/// <summary>What can be done to devices, for whoever may. Each is one transaction.</summary>
internal sealed class DeviceActs(NetworkWriter writer, NetworkViewFeed feed, RouteTable routes, RouteDelivery delivery, TimeProvider time)
{
    private const int MaxApps = 32; // as many as are remembered
    private const int MaxAddresses = 1000;

    /// <exception cref="AdminException">There is no such user, no cell to live in, or they have a device of that name.</exception>
    public async Task<DeviceCredential> CreateAsync(NewDevice wanted, CancellationToken cancellationToken)
    {
        RequireName(wanted.Name);

        // Both must still be there when the device comes to be: a device of nobody could not be found again.
        var keys = writer.Keys;
        var user = await writer.FindAsync(keys.User, wanted.User, cancellationToken)
            ?? throw AdminException.NotFound($"There is no user {wanted.User}: see “cellway user list”.");
        var cell = await writer.FindAsync(keys.Cell, HomeFor(feed.Current, wanted.Cell).Id, cancellationToken);
        if (cell is null || StateJson.Read<CellRecord>(cell) is not { State: CellState.Active } home)
        {
            throw JustChanged();
        }

        var token = SubscriptionToken.New();
        var device = Credentialed(
            new()
            {
                Id = Names.NewId(),
                User = wanted.User,
                Name = wanted.Name,
                TokenHash = "",
                CredentialHash = "",
                Cell = home.Id,
                CreatedAt = time.GetUtcNow(),
            },
            token);
        var transaction = new StateTransaction()
            .Require(user.Key, user.ModRevision)
            .Require(cell.Key, cell.ModRevision)
            .Create(keys.Device(device.Id), StateJson.Write(device))
            .Create(keys.DeviceName(device.User, device.Name), Encoding.ASCII.GetBytes(device.Id));
        CreateIndexes(transaction, keys, device);
        if (!await writer.TryCommitAsync(transaction, cancellationToken))
        {
            throw await writer.Store.GetAsync(keys.DeviceName(device.User, device.Name), cancellationToken) is null
                ? JustChanged()
                : AdminException.Conflict($"{wanted.User} has a device {wanted.Name} already.");
        }

        await delivery.WaitAsync(feed.Current, device.Id, cancellationToken);
        return Reveal(device, token);
    }

    /// <exception cref="AdminException">There is no such device, or it cannot be like that.</exception>
    public async Task<DeviceInfo> ChangeAsync(string id, DeviceChange change, CancellationToken cancellationToken)
    {
        if (change is { BytesPerMonth: < 0 } or { Sessions: < 0 } or { BytesPerSecond: < 0 })
        {
            throw AdminException.Invalid("A limit cannot be negative: 0 takes it away.");
        }

        RequireLimit(change.Apps, MaxApps, "client apps");
        RequireLimit(change.Addresses, MaxAddresses, "addresses");
        if (change.Name is not null)
        {
            RequireName(change.Name);
        }

        var keys = writer.Keys;
        while (await writer.FindAsync(keys.Device, id, cancellationToken) is { } entry)
        {
            var before = StateJson.Read<DeviceRecord>(entry);
            var after = Apply(before);
            var transaction = new StateTransaction().Replace(entry, StateJson.Write(after));
            if (after.Name != before.Name)
            {
                transaction.Delete(keys.DeviceName(before.User, before.Name)).Create(keys.DeviceName(after.User, after.Name), Encoding.ASCII.GetBytes(id));
            }

            if (await writer.TryCommitAsync(transaction, cancellationToken))
            {
                return Show(after);
            }

            if (after.Name != before.Name && await writer.Store.GetAsync(keys.DeviceName(after.User, after.Name), cancellationToken) is not null)
            {
                throw AdminException.Conflict($"{before.User} has a device {after.Name} already.");
            }
        }

        throw NoSuchDevice(id);

        DeviceRecord Apply(DeviceRecord before) => before with
        {
            Name = change.Name ?? before.Name,
            Disabled = change.Disabled ?? before.Disabled,
            BytesPerMonth = Limit(change.BytesPerMonth, before.BytesPerMonth),
            Sessions = Limit(change.Sessions, before.Sessions),
            BytesPerSecond = Limit(change.BytesPerSecond, before.BytesPerSecond),
            Apps = Limit(change.Apps, before.Apps),
            Addresses = Limit(change.Addresses, before.Addresses),
        };

        static T? Limit<T>(T? wanted, T? before)
            where T : struct, System.Numerics.INumber<T> => wanted is null ? before : T.IsZero(wanted.Value) ? null : wanted;
    }

    private static void RequireName(string name)
    {
        if (!Names.IsId(name))
        {
            throw AdminException.Invalid($"“{name}” is not a device's name: use 1 to 63 of a–z, 0–9 and hyphens.");
        }
    }

    private static void RequireLimit(int? wanted, int most, string what)
    {
        if (wanted < 0 || wanted > most)
        {
            throw AdminException.Invalid($"A limit of {what} is 1 to {most}, or 0 for none.");
        }
    }

    /// <exception cref="AdminException">There is no such device, or it cannot go there.</exception>
    public async Task<DeviceInfo> MoveAsync(string id, DeviceMove move, CancellationToken cancellationToken)
    {
        var (cell, core) = (move.Core, move.Cell, move.Unpin) switch
        {
            ({ } pinned, null, false) => (HomeFor(feed.Current, CellOf(feed.Current, pinned)).Id, pinned),
            (null, { } home, false) => (HomeFor(feed.Current, home).Id, null),
            (null, null, true) => (null, default(string)),
            _ => throw AdminException.Invalid("Say where the device is to go: to a Core, to a cell, or to the Core that suits it best."),
        };
        var device = await writer.ChangeAsync<DeviceRecord>(writer.Keys.Device, id, d => d with { Cell = cell ?? d.Cell, PinnedCore = core }, cancellationToken)
            ?? throw NoSuchDevice(id);
        await delivery.WaitAsync(feed.Current, id, cancellationToken);
        return Show(device);
    }

    private static string CellOf(NetworkView view, string core) =>
        !view.Nodes.TryGetValue(core, out var node) || node.Role != Role.Core ? throw AdminException.NotFound($"There is no Core {core}: see “cellway node list”.")
        : node.State != NodeState.Active ? throw AdminException.Conflict($"The Core {core} is {node.State.ToString().ToLowerInvariant()}: it takes no new sessions.")
        : node.Cell!;

    /// <summary>A new URL; the old one ends.</summary>
    /// <exception cref="AdminException">There is no such device.</exception>
    public async Task<DeviceCredential> ReissueAsync(string id, CancellationToken cancellationToken)
    {
        var keys = writer.Keys;
        var token = SubscriptionToken.New();
        while (await writer.FindAsync(keys.Device, id, cancellationToken) is { } entry)
        {
            var before = StateJson.Read<DeviceRecord>(entry);
            var after = Credentialed(before, token);
            var transaction = new StateTransaction().Replace(entry, StateJson.Write(after)).Delete(keys.DeviceApps(id)); // whoever imports the new URL is counted anew
            DeleteIndexes(transaction, keys, before);
            CreateIndexes(transaction, keys, after);
            if (await writer.TryCommitAsync(transaction, cancellationToken))
            {
                await delivery.WaitAsync(feed.Current, after.Id, cancellationToken);
                return Reveal(after, token);
            }
        }

        throw NoSuchDevice(id);
    }

    /// <exception cref="AdminException">There is no such device.</exception>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        var keys = writer.Keys;
        while (await writer.FindAsync(keys.Device, id, cancellationToken) is { } entry)
        {
            var device = StateJson.Read<DeviceRecord>(entry);
            var transaction = new StateTransaction()
                .Require(entry.Key, entry.ModRevision)
                .Delete(entry.Key)
                .Delete(keys.DeviceName(device.User, device.Name))
                .Delete(keys.DeviceApps(id));
            DeleteIndexes(transaction, keys, device);
            if (await writer.TryCommitAsync(transaction, cancellationToken))
            {
                return;
            }
        }

        throw NoSuchDevice(id);
    }

    private static CellRecord HomeFor(NetworkView view, string? wanted)
    {
        if (wanted is not null)
        {
            return view.Cells.TryGetValue(wanted, out var named)
                ? named.State == CellState.Active ? named : throw AdminException.Conflict($"The cell {wanted} is {named.State.ToString().ToLowerInvariant()}: devices live in active cells only.")
                : throw AdminException.NotFound($"There is no cell {wanted}: see “cellway cell list”.");
        }

        return view.Cells.Values
                .Where(c => c.State == CellState.Active)
                .OrderBy(c => view.Accounts.DevicesIn(c.Id)).ThenBy(c => c.Id, StringComparer.Ordinal)
                .FirstOrDefault()
            ?? throw AdminException.Conflict("There is no active cell to be the device's home: make one with “cellway cell create”.");
    }

    private static DeviceRecord Credentialed(DeviceRecord device, SubscriptionToken token) =>
        device with { TokenHash = token.Hash().ToString(), CredentialHash = VlessId.Of(token).Hash().ToString() };

    private static void CreateIndexes(StateTransaction transaction, StateKeys keys, DeviceRecord device) => transaction
        .Create(keys.DeviceToken(Hash256.Parse(device.TokenHash)), Encoding.ASCII.GetBytes(device.Id))
        .Create(keys.DeviceCredential(Hash256.Parse(device.CredentialHash)), Encoding.ASCII.GetBytes(device.Id));

    private static void DeleteIndexes(StateTransaction transaction, StateKeys keys, DeviceRecord device) => transaction
        .Delete(keys.DeviceToken(Hash256.Parse(device.TokenHash)))
        .Delete(keys.DeviceCredential(Hash256.Parse(device.CredentialHash)));

    private DeviceCredential Reveal(DeviceRecord device, SubscriptionToken token) =>
        new(Show(device), [.. EligibleCells.SubscriptionUrls(feed.Current, device.Cell, token.Reveal())]);

    private DeviceInfo Show(DeviceRecord device) => DeviceInfos.Of(feed.Current, routes, DeviceRow.Of(device), time.GetUtcNow());

    private static AdminException JustChanged() => AdminException.Conflict("The user or the cell has just been changed: try again.");

    private static AdminException NoSuchDevice(string id) => AdminException.NotFound($"There is no device {id}: see “cellway device list”.");
}
