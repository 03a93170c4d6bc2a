using System.Security.Cryptography;
using System.Text.Json;
using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Manager.Authority.Tokens;
using Cellway.Manager.Cells;
using Cellway.Manager.Rotation;
using Cellway.Manager.Routing;
using Cellway.Model.Certificates;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Issuing;
using Cellway.Pki.Trust;

namespace Cellway.Manager.Authority;

/// <summary>Makes a network: its root, its first operator and its first cell, all in one transaction.</summary>
public static class NetworkCreator
{
    /// <summary>How long an operator's certificate lasts.</summary>
    public static readonly TimeSpan OperatorLifetime = TimeSpan.FromDays(365);

    /// <summary>Creates the network in an empty store.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="plan">What to make.</param>
    /// <param name="secret">What will open the network's secrets.</param>
    /// <param name="operatorRequest">PKCS#10 (DER) of the first operator's key.</param>
    /// <param name="deliver">Gets the operator's credential before anything is written; when it throws, nothing is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops before the one write.</param>
    /// <exception cref="AdminException">The store holds a network already, or the plan cannot be carried out.</exception>
    public static async Task CreateAsync(
        IStateStore store,
        NetworkPlan plan,
        SealSecret secret,
        byte[] operatorRequest,
        Action<CreatedNetwork> deliver,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(deliver);
        ArgumentNullException.ThrowIfNull(time);
        if ((await NetworkFinder.FindAsync(store, cancellationToken)).Count > 0)
        {
            throw AdminException.Conflict("This state holds a network already. Use another state directory, or go on with that network.");
        }

        var network = Names.NewId();
        var keys = new StateKeys(network);
        var now = time.GetUtcNow();
        var record = new NetworkRecord { Id = network, Name = plan.Name, PeriodDay = plan.PeriodDay, CreatedAt = now };
        var (seal, parameters) = secret.Create();
        using (seal)
        using (var token = secret.Token is { } named ? new TokenKeys(named) : null)
        {
            if (!CertificateRequestReader.TryRead(operatorRequest, out var operatorKey, out var fault))
            {
                throw AdminException.Invalid($"The operator's certificate request is refused: {fault}.");
            }

            var (root, authority) = NewRoot.Make(1, signs: true, seal, token, time);
            using var opened = root;
            var operatorId = new Identity(network, Role.Operator, Names.NewId());
            using var operatorCertificate = root.Issue(operatorId, operatorKey, OperatorLifetime, time);
            var transaction = new StateTransaction()
                .Create(StateKeys.Networks + network, StateJson.Write(record))
                .Create(keys.Network, StateJson.Write(record))
                .Create(keys.Seal, JsonSerializer.SerializeToUtf8Bytes(parameters))
                .Create(keys.Authority(1), StateJson.Write(authority))
                .Create(keys.RouteSecret, StateJson.Write(new SealedSecretRecord
                {
                    Sealed = seal.Seal(NetworkAuthority.Purposes.Routes, RandomNumberGenerator.GetBytes(RouteIds.SecretLength)),
                }));
            IssuedCertificates.Record(transaction, keys, operatorCertificate, operatorId, 1, now);
            CellWrites.Create(transaction, keys, plan.FirstCell, new(new(), new SecureRandom()), key => seal.Seal(NetworkAuthority.Purposes.Web, key), time);

            transaction.Note(keys, new()
            {
                At = now,
                Who = $"operator/{operatorId.Id}",
                What = "network create",
                Detail = $"root {root.KeyHash}, the operator's certificate {IssuedCertificates.SerialOf(operatorCertificate)}",
            });

            deliver(new(network, operatorId.ToString(), operatorCertificate.RawData, root.Certificate.RawData, PublicKeys.KeyHash(root.Certificate)));
            if (!(await store.CommitAsync(transaction, cancellationToken)).Succeeded)
            {
                throw AdminException.Conflict("Somebody else has just made a network in this state.");
            }
        }
    }
}
