using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Certificates;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Alerts;

/// <summary>What should be said to operators now: a pure function of the network and the time. The root comes first.</summary>
internal static class AlertRules
{
    private static readonly TimeSpan s_root = TimeSpan.FromDays(365);
    private static readonly TimeSpan s_rootUrgent = TimeSpan.FromDays(90);
    private static readonly TimeSpan s_operator = TimeSpan.FromDays(30);
    private static readonly TimeSpan s_web = TimeSpan.FromDays(21);
    private static readonly TimeSpan s_urgent = TimeSpan.FromDays(7);
    private static readonly TimeSpan s_backup = TimeSpan.FromMinutes(15);

    public static IReadOnlyList<Alert> Of(NetworkView view, IReadOnlyCollection<CertificateRecord> operators, DateTimeOffset now) =>
    [
        .. Roots(view, now),
        .. Operators(operators, now),
        .. Web(view, now),
        .. Nodes(view, now),
        .. Backups(view, now),
        .. view.Unreadable.Order(StringComparer.Ordinal).Select(key => new Alert($"unreadable/{key}", true, null, $"The record {key} cannot be read and counts as missing: restore it from a backup.")),
    ];

    private static IEnumerable<Alert> Roots(NetworkView view, DateTimeOffset now)
    {
        foreach (var authority in view.Authorities.Values.OrderBy(a => a.Generation))
        {
            using var certificate = X509CertificateLoader.LoadCertificate(authority.Certificate);
            DateTimeOffset end = certificate.NotAfter.ToUniversalTime();
            if (authority.Signs && end - now < s_root)
            {
                yield return new($"root-ends/{authority.Generation}", end - now < s_rootUrgent, end, $"The network's root ends {Day(end)}, and every certificate with it: replace it with “cellway ca rotate introduce”.");
            }
        }
    }

    private static IEnumerable<Alert> Operators(IReadOnlyCollection<CertificateRecord> operators, DateTimeOffset now) =>
        from certificate in operators
        where certificate.RevokedAt is null
        group certificate by certificate.Identity into all
        let end = all.Max(c => c.NotAfter)
        where end > now && end - now < s_operator
        let id = Identity.TryParse(all.Key, out var identity) ? identity.Id : all.Key
        orderby id
        select new Alert($"operator-ends/{id}", end - now < s_urgent, end, $"The certificate of the operator {id} ends {Day(end)}: they run “cellway operator renew” before.");

    private static IEnumerable<Alert> Web(NetworkView view, DateTimeOffset now) =>
        from cell in view.Cells.Values
        where cell.State != CellState.Retired
        from hop in new[] { (Name: "entry", cell.EntryDomain, cell.EntryCertificate.NotAfter), (Name: "exit", cell.ExitDomain, cell.ExitCertificate.NotAfter) }
        where hop.NotAfter - now < s_web
        orderby cell.Id, hop.Name
        select new Alert(
            $"web-ends/{cell.Id}/{hop.Name}", hop.NotAfter - now < s_urgent, hop.NotAfter,
            $"The web certificate of {hop.Item2} {(hop.NotAfter > now ? "ends" : "has ended")} {Day(hop.NotAfter)}: bring another with “cellway cell certificate {cell.Id} {hop.Name}”.");

    // A node renews when a fraction of the life is left. One that has not at half of that does not manage to.
    private static IEnumerable<Alert> Nodes(NetworkView view, DateTimeOffset now) =>
        from node in view.Nodes.Values
        where node.State != NodeState.Revoked
        let left = node.CertificateNotAfter - now
        where left > TimeSpan.Zero && left < s_urgent / 2 && left < (node.CertificateNotAfter - (node.RenewedAt ?? node.EnrolledAt)) / 4
        orderby node.Id
        select new Alert(
            $"node-ends/{node.Id}", left < s_urgent / 7, node.CertificateNotAfter,
            $"The {node.Role} {node.Id} of {node.Participant} has not renewed its certificate, which ends {Day(node.CertificateNotAfter)}: after that it must join with a new token.");

    // A backup takes a minute, and the leader may just have changed.
    private static IEnumerable<Alert> Backups(NetworkView view, DateTimeOffset now)
    {
        var newest = view.Backups.Values.OrderByDescending(b => b.Name, StringComparer.Ordinal).ToList();
        if (newest is [{ Error: { } error } failed, ..])
        {
            yield return new($"backup-failed/{failed.Name}", false, null, $"The backup {failed.Name} failed, or is not everywhere it should be; it is tried again every 5 minutes: {error}");
        }

        if (newest.FirstOrDefault(b => b.Error is null) is { NextBy: { } due } && now - due > s_backup)
        {
            yield return new("backup-late", true, due, $"The newest good backup is older than it should be since {Day(due)}: see “cellway backup list” and the leader's log.");
        }
    }

    private static string Day(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
