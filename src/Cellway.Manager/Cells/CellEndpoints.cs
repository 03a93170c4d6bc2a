using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.Rotation;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Regeneration;
using Cellway.Model.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Cells;

/// <summary>The admin API's cells.</summary>
internal static class CellEndpoints
{
    public static void MapCells(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/cells", (NetworkViewFeed feed) => CellInfos.Of(feed.Current));
        admin.MapGet("/cells/{id}", (string id, NetworkViewFeed feed) => CellInfos.Of(feed.Current, Require(feed.Current, id)));
        admin.MapPost("/cells", CreateAsync);
        admin.MapPatch("/cells/{id}", ChangeAsync);
        admin.MapPut("/cells/{id}/certificates/{hop}", SetCertificateAsync);
        admin.MapPost("/cells/{id}/retire", RetireAsync);
    }

    private static async Task<IResult> CreateAsync(
        NewCell wanted, RotationPlan rotation, NetworkWriter writer, NetworkViewFeed feed, NetworkAuthority authority, TimeProvider time, CancellationToken cancellationToken)
    {
        var transaction = new StateTransaction();
        var cell = CellWrites.Create(transaction, writer.Keys, wanted, rotation, key => authority.SealWebKey(key), time);
        if (!await writer.TryCommitAsync(transaction, cancellationToken))
        {
            throw AdminException.Conflict($"There is a cell {wanted.Id} already, or one that uses {wanted.EntryDomain} or {wanted.ExitDomain}.");
        }

        return Results.Json(CellInfos.Of(feed.Current, cell), AdminJson.Default.CellInfo, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<CellInfo> ChangeAsync(
        string id, CellChange change, NetworkWriter writer, NetworkViewFeed feed, NetworkAuthority authority, TimeProvider time, CancellationToken cancellationToken)
    {
        var state = change.State is null ? (CellState?)null : ReadState(change.State);
        var addresses = change.EntryAddresses is null ? null : CellWrites.ReadAddresses(change.EntryAddresses);
        var transport = TransportProfiles.Change(change.Transports, change.Fingerprints);
        var cell = await writer.ChangeAsync<CellRecord>(writer.Keys.Cell, id, Apply, cancellationToken);
        return CellInfos.Of(feed.Current, cell ?? throw NoSuchCell(id));

        CellRecord Apply(CellRecord before)
        {
            var after = before with { State = state ?? before.State, Transport = transport(before.Transport) };
            if (addresses is null)
            {
                return after;
            }

            // A made certificate names the addresses, so that a subscription URL with one of them verifies.
            var certificate = before.EntryCertificate.PrivateRoot is null
                ? before.EntryCertificate
                : CellWrites.Make(before.EntryDomain, addresses, key => authority.SealWebKey(key), time);
            return after with { EntryAddresses = [.. addresses.Select(a => a.ToString())], EntryCertificate = certificate };
        }
    }

    private static async Task<CellInfo> SetCertificateAsync(
        string id, string hop, NewWebCertificate wanted, NetworkWriter writer, NetworkViewFeed feed, NetworkAuthority authority, TimeProvider time, CancellationToken cancellationToken)
    {
        if (hop is not ("entry" or "exit"))
        {
            throw AdminException.Invalid($"“{hop}” is not a domain of a cell: use entry or exit.");
        }

        var before = Require(feed.Current, id);
        var domain = hop == "entry" ? before.EntryDomain : before.ExitDomain;
        var record = BroughtCertificate.Read(wanted, domain, key => authority.SealWebKey(key), time);
        var cell = await writer.ChangeAsync<CellRecord>(
            writer.Keys.Cell,
            id,
            c => hop == "entry" ? c with { EntryCertificate = record } : c with { ExitCertificate = record },
            cancellationToken);
        return CellInfos.Of(feed.Current, cell ?? throw NoSuchCell(id));
    }

    // Asked again, it goes on where it stopped.
    private static async Task<CellInfo> RetireAsync(string id, NetworkWriter writer, NetworkViewFeed feed, Revocations revocations, CancellationToken cancellationToken)
    {
        var before = Require(feed.Current, id);
        if (feed.Current.Regenerations.Values.FirstOrDefault(r => !r.Step.IsEnd() && (r.Cell == id || r.Successor == id)) is { } running)
        {
            throw AdminException.Conflict($"{running.Cell} is being replaced by {running.Successor}: that ends by itself, or with “cellway cell regenerate {running.Cell} --undo”.");
        }

        RequireEmpty(feed.Current, id);
        var retired = await writer.ChangeAsync<CellRecord>(writer.Keys.Cell, id, c => c.State == CellState.Retired ? null : c with { State = CellState.Retired }, cancellationToken)
            ?? throw NoSuchCell(id);
        if (before.State != CellState.Retired && feed.Current.Accounts.DevicesIn(id) > 0)
        {
            await writer.ChangeAsync<CellRecord>(writer.Keys.Cell, id, c => c with { State = before.State }, cancellationToken);
            RequireEmpty(feed.Current, id); // one has come in at the same moment
        }

        await revocations.RevokeAllAsync(t => t.Cell == id, _ => false, n => n.Cell == id, cancellationToken);
        return CellInfos.Of(feed.Current, retired);
    }

    private static void RequireEmpty(NetworkView view, string id)
    {
        if (view.Accounts.DevicesIn(id) is > 0 and var devices)
        {
            throw AdminException.Conflict($"{devices} devices live in {id}: move them first (“cellway device move”), or let “cellway cell regenerate {id}” move all of them to a new cell.");
        }
    }

    // Not Enum.TryParse: that takes numbers and lists too, and “forming,active” would be compromised.
    private static CellState ReadState(string text) =>
        Enum.GetValues<CellState>().FirstOrDefault(s => s.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)) is not 0 and var state
            ? state
            : throw AdminException.Invalid($"“{text}” is not a state of a cell: use forming, active, compromised or retired.");

    private static CellRecord Require(NetworkView view, string id) => view.Cells.GetValueOrDefault(id) ?? throw NoSuchCell(id);

    private static AdminException NoSuchCell(string id) => AdminException.NotFound($"There is no cell {id}: see “cellway cell list”.");
}
