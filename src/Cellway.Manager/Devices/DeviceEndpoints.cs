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
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Devices;

/// <summary>The admin API's devices.</summary>
internal static class DeviceEndpoints
{
    private const int MaxApps = 32; // as many as are remembered
    private const int MaxAddresses = 1000;

    public static void MapDevices(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/devices", (NetworkViewFeed feed, RouteTable routes, TimeProvider time) => List(feed.Current, routes, time.GetUtcNow()));
        admin.MapPost("/devices", CreateAsync);
        admin.MapPatch("/devices/{id}", ChangeAsync);
        admin.MapPost("/devices/{id}/move", MoveAsync);
        admin.MapPost("/devices/{id}/credential", ReissueAsync);
        admin.MapDelete("/devices/{id}", DeleteAsync);
    }

    private static IReadOnlyList<DeviceInfo> List(NetworkView view, RouteTable routes, DateTimeOffset now) =>
    [
        .. view.Accounts.AllDevices().Select(d => d.Row)
            .OrderBy(d => d.User, StringComparer.Ordinal).ThenBy(d => d.Name, StringComparer.Ordinal)
            .Select(d => Show(view, routes, d, now)),
    ];

    private static async Task<IResult> CreateAsync(
        NewDevice wanted, NetworkWriter writer, NetworkViewFeed feed, RouteTable routes, RouteDelivery delivery, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!Names.IsId(wanted.Name))
        {
            throw AdminException.Invalid($"“{wanted.Name}” is not a device's name: use 1 to 63 of a–z, 0–9 and hyphens.");
        }

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
        return Results.Json(Reveal(feed.Current, routes, device, token, time.GetUtcNow()), AdminJson.Default.DeviceCredential, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<DeviceInfo> ChangeAsync(
        string id, DeviceChange change, NetworkWriter writer, NetworkViewFeed feed, RouteTable routes, TimeProvider time, CancellationToken cancellationToken)
    {
        if (change is { BytesPerMonth: < 0 } or { Sessions: < 0 } or { BytesPerSecond: < 0 })
        {
            throw AdminException.Invalid("A limit cannot be negative: 0 takes it away.");
        }

        RequireLimit(change.Apps, MaxApps, "client apps");
        RequireLimit(change.Addresses, MaxAddresses, "addresses");
        var device = await writer.ChangeAsync<DeviceRecord>(writer.Keys.Device, id, Apply, cancellationToken) ?? throw NoSuchDevice(id);
        return Show(feed.Current, routes, DeviceRow.Of(device), time.GetUtcNow());

        DeviceRecord Apply(DeviceRecord before) => before with
        {
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

    private static void RequireLimit(int? wanted, int most, string what)
    {
        if (wanted < 0 || wanted > most)
        {
            throw AdminException.Invalid($"A limit of {what} is 1 to {most}, or 0 for none.");
        }
    }

    private static async Task<DeviceInfo> MoveAsync(
        string id, DeviceMove move, NetworkWriter writer, NetworkViewFeed feed, RouteTable routes, RouteDelivery delivery, TimeProvider time, CancellationToken cancellationToken)
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
        return Show(feed.Current, routes, DeviceRow.Of(device), time.GetUtcNow());
    }

    private static string CellOf(NetworkView view, string core) =>
        !view.Nodes.TryGetValue(core, out var node) || node.Role != Role.Core ? throw AdminException.NotFound($"There is no Core {core}: see “cellway node list”.")
        : node.State != NodeState.Active ? throw AdminException.Conflict($"The Core {core} is {node.State.ToString().ToLowerInvariant()}: it takes no new sessions.")
        : node.Cell!;

    private static async Task<DeviceCredential> ReissueAsync(
        string id, NetworkWriter writer, NetworkViewFeed feed, RouteTable routes, RouteDelivery delivery, TimeProvider time, CancellationToken cancellationToken)
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
                return Reveal(feed.Current, routes, after, token, time.GetUtcNow());
            }
        }

        throw NoSuchDevice(id);
    }

    private static async Task<IResult> DeleteAsync(string id, NetworkWriter writer, CancellationToken cancellationToken)
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
                return Results.NoContent();
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

    private static DeviceCredential Reveal(NetworkView view, RouteTable routes, DeviceRecord device, SubscriptionToken token, DateTimeOffset now) =>
        new(Show(view, routes, DeviceRow.Of(device), now), [.. EligibleCells.SubscriptionUrls(view, device.Cell, token.Reveal())]);

    private static DeviceInfo Show(NetworkView view, RouteTable routes, DeviceRow written, DateTimeOffset now)
    {
        // A record that was just written does not say whether its user may connect; the view's does.
        var device = view.Accounts.FindDevice(written.Id) ?? written;
        var quota = DeviceQuota.Of(view, device, now);
        var core = routes.RoutesFor(view, device).Select(r => r.Core).FirstOrDefault();
        return new(
            device.Id, device.User, device.Name, device.Cell, device.Disabled, core?.Id,
            quota.Used.Total, quota.Limit, device.Sessions == 0 ? null : device.Sessions, device.BytesPerSecond == 0 ? null : device.BytesPerSecond, device.Spent,
            new(device.CreatedAtTicks, TimeSpan.Zero), device.PinnedCore, core is null || core.Cell == device.Cell ? null : core.Cell);
    }

    private static AdminException JustChanged() => AdminException.Conflict("The user or the cell has just been changed: try again.");

    private static AdminException NoSuchDevice(string id) => AdminException.NotFound($"There is no device {id}: see “cellway device list”.");
}
