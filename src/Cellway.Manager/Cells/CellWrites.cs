using System.Net;
using Cellway.Manager.Api;
using Cellway.Manager.Rotation;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Issuing;

namespace Cellway.Manager.Cells;

/// <summary>How a cell comes into the state.</summary>
internal static class CellWrites
{
    // Long, because a network without public certificates should not stop one day for this; ACME replaces it in a real one.
    private static readonly TimeSpan MadeCertificateLifetime = TimeSpan.FromDays(365);

    /// <summary>Adds the writes of a new cell, with all its names planned, and made certificates for both domains until the operator brings others.</summary>
    /// <exception cref="AdminException">A name, domain or address is not one.</exception>
    public static CellRecord Create(
        StateTransaction transaction, StateKeys keys, NewCell wanted, RotationPlan rotation, Func<byte[], byte[]> seal, TimeProvider time, CellState state = CellState.Active)
    {
        Require(Names.IsId(wanted.Id), $"“{wanted.Id}” is not a cell name: use 1 to 63 of a–z, 0–9 and hyphens.");
        RequireDomain(wanted.EntryDomain);
        RequireDomain(wanted.ExitDomain);
        Require(wanted.EntryDomain != wanted.ExitDomain, "A cell needs two different domains: whoever blocks one must not block the other.");

        var addresses = ReadAddresses(wanted.EntryAddresses);
        var now = time.GetUtcNow();
        var cell = new CellRecord
        {
            Id = wanted.Id,
            EntryDomain = wanted.EntryDomain,
            ExitDomain = wanted.ExitDomain,
            State = state,
            EntryAddresses = [.. addresses.Select(a => a.ToString())],
            EntryCertificate = Make(wanted.EntryDomain, addresses, seal, time),
            ExitCertificate = Make(wanted.ExitDomain, [], seal, time),
            SubscriptionPath = Names.NewId(),
            CreatedAt = now,
        };
        transaction
            .Create(keys.Cell(cell.Id), StateJson.Write(cell))
            .Put(keys.Rotation(cell.Id), StateJson.Write(rotation.First(cell.Id, now)))
            .Create(keys.Domain(cell.EntryDomain), System.Text.Encoding.ASCII.GetBytes(cell.Id))
            .Create(keys.Domain(cell.ExitDomain), System.Text.Encoding.ASCII.GetBytes(cell.Id));
        return cell;
    }

    public static IReadOnlyList<HostPort> ReadAddresses(IReadOnlyList<string>? texts) =>
    [
        .. (texts ?? []).Select(text => HostPort.TryParse(text, out var address)
            ? address
            : throw AdminException.Invalid($"“{text}” is not an address: write host:port, 1.2.3.4:443 or [2001:db8::1]:443.")),
    ];

    public static WebCertificateRecord Make(string domain, IReadOnlyList<HostPort> addresses, Func<byte[], byte[]> seal, TimeProvider time)
    {
        var ips = addresses.Select(a => IPAddress.TryParse(a.Host, out var ip) ? ip : null).OfType<IPAddress>().Distinct().ToList();
        var made = WebCertificateMaker.Make([domain], ips, MadeCertificateLifetime, time);
        return new()
        {
            Chain = made.Chain,
            SealedKey = seal(made.PrivateKey),
            NotAfter = time.GetUtcNow() + MadeCertificateLifetime,
            PrivateRoot = made.Authority,
        };
    }

    private static void RequireDomain(string? domain) =>
        Require(Names.IsDomain(domain), $"“{domain}” is not a domain: write it in lower case, like cdn.example.net.");

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw AdminException.Invalid(message);
        }
    }
}
