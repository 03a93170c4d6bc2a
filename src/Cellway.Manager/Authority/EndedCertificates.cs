using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Certificates;
using Cellway.Model.Identities;
using Cellway.Model.State;

namespace Cellway.Manager.Authority;

/// <summary>Forgets certificates that ended long ago: nobody is let in by them, and where certificates last minutes there would be no end of them.</summary>
/// <remarks>
/// Three kinds stay: those that were revoked, because keys are refused by them; the one that a node is known by; and the newest of each operator.
/// That one was issued, and to whom, stays in the audit log.
/// </remarks>
internal sealed class EndedCertificates(IStateStore store, StateKeys keys, NetworkViewFeed feed, TimeProvider time) : IPlanner
{
    internal static readonly TimeSpan ForgetAfter = TimeSpan.FromDays(30);
    internal static readonly TimeSpan Every = TimeSpan.FromHours(6);

    private const int Together = 50; // an etcd transaction takes 128 conditions and writes

    public string Name => "ended certificates";

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        while (true)
        {
            await ForgetAsync(term, lost);
            await Task.Delay(Every, time, lost);
        }
    }

    internal async Task ForgetAsync(LeaderTerm term, CancellationToken lost)
    {
        var endedBefore = time.GetUtcNow() - ForgetAfter;
        var inUse = feed.Current.Nodes.Values.Select(n => n.CertificateSerial).ToHashSet(StringComparer.Ordinal);
        var newest = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal); // of each operator
        var ended = new List<(string Key, long Revision, string Identity, DateTimeOffset NotAfter)>();
        await foreach (var page in store.ScanAsync(keys.Prefix + StateKeys.Folders.Certificates, lost))
        {
            foreach (var entry in page.Entries)
            {
                if (Read(entry) is not { RevokedAt: null } certificate)
                {
                    continue;
                }

                if (IsOperators(certificate))
                {
                    newest[certificate.Identity] = newest.TryGetValue(certificate.Identity, out var other) && other > certificate.NotAfter ? other : certificate.NotAfter;
                }

                if (certificate.NotAfter < endedBefore && !inUse.Contains(certificate.Serial))
                {
                    ended.Add((entry.Key, entry.ModRevision, certificate.Identity, certificate.NotAfter));
                }
            }
        }

        foreach (var some in ended.Where(c => !newest.TryGetValue(c.Identity, out var last) || c.NotAfter < last).Chunk(Together))
        {
            // One that was changed meanwhile, revoked for instance, keeps those beside it for the next time.
            await term.CommitAsync(some.Aggregate(new StateTransaction(), (t, c) => t.Require(c.Key, c.Revision).Delete(c.Key)), lost);
        }
    }

    private static bool IsOperators(CertificateRecord certificate) => Identity.TryParse(certificate.Identity, out var identity) && identity.Role == Role.Operator;

    private static CertificateRecord? Read(StateEntry entry)
    {
        try
        {
            return StateJson.Read<CertificateRecord>(entry);
        }
        catch (InvalidDataException)
        {
            return null; // of a newer form, or damaged: the view says so, and nothing of it is known
        }
    }
}
