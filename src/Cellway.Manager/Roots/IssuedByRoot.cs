using Cellway.Manager.Operators;
using Cellway.Model.Identities;

namespace Cellway.Manager.Roots;

/// <summary>Who still needs a root.</summary>
internal sealed class IssuedByRoot(OperatorCertificates operators, TimeProvider time)
{
    /// <summary>Operators who have a certificate of one root that counts, and none of the other.</summary>
    public async Task<IReadOnlyList<string>> OperatorsAsync(int of, int not, CancellationToken cancellationToken)
    {
        var valid = (await operators.ListAsync(cancellationToken)).Where(c => c.RevokedAt is null && c.NotAfter > time.GetUtcNow()).ToList();
        return
        [
            .. valid.GroupBy(c => c.Identity)
                .Where(g => g.Any(c => (c.Root ?? 1) == of) && !g.Any(c => (c.Root ?? 1) == not))
                .Select(g => Identity.TryParse(g.Key, out var identity) ? identity.Id : g.Key)
                .Order(StringComparer.Ordinal),
        ];
    }
}
