using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Manager.Authority;
using Cellway.Manager.Cells;
using Cellway.Manager.Rotation;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.State;
using Cellway.Pki.Requesting;
using Cellway.State.Sqlite;

namespace Cellway.Benchmarks.Scale;

/// <summary>A state with everything in it that a network of that size has, and the nodes' keys.</summary>
internal sealed class SimulatedNetwork
{
    public const string Passphrase = "benchmark";

    private const int Together = 40; // devices a transaction: each is three keys, and etcd takes 128 operations

    public required string Id { get; init; }

    public required X509Certificate2 Operator { get; init; }

    public List<(NodeRecord Record, X509Certificate2 Certificate)> Nodes { get; } = [];

    public static string CellOf(int number) => string.Create(CultureInfo.InvariantCulture, $"cell-{number}");

    public static Hash256 CredentialOf(int device) => Hash256.Of(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"credential {device}")));

    public static async Task<SimulatedNetwork> CreateAsync(string file, ScaleOptions options)
    {
        await using var store = await SqliteStateStore.OpenAsync(file, new(), TimeProvider.System, default);
        var secret = new SealSecret(null, Passphrase);
        using var key = NodeKey.New();
        CreatedNetwork? created = null;
        var first = new Cellway.Manager.Api.NewCell(CellOf(0), "entry.cell-0.example", "exit.cell-0.example");
        await NetworkCreator.CreateAsync(store, new("benchmark", first), secret, key.CreateRequest(), c => created = c, TimeProvider.System, default);
        using var operatorCertificate = X509CertificateLoader.LoadCertificate(created!.OperatorCertificate);
        var network = new SimulatedNetwork { Id = created.Network, Operator = key.Attach(operatorCertificate) };
        var keys = new StateKeys(created.Network);
        using var authority = await NetworkAuthority.OpenAsync(store, keys, created.Network, secret, default);
        var rotation = new RotationPlan(new(), new SecureRandom());
        for (var i = 1; i < options.Cells; i++)
        {
            var transaction = new StateTransaction();
            CellWrites.Create(transaction, keys, new(CellOf(i), $"entry.{CellOf(i)}.example", $"exit.{CellOf(i)}.example"), rotation, k => authority.SealWebKey(k), TimeProvider.System);
            await store.CommitAsync(transaction, default);
        }

        var now = TimeProvider.System.GetUtcNow();
        await store.CommitAsync(new StateTransaction().Create(keys.Participant("p"), StateJson.Write(new ParticipantRecord { Id = "p", CreatedAt = now })), default);
        await network.AddNodesAsync(store, keys, authority, options, now);
        await AddDevicesAsync(store, keys, options, now);
        return network;
    }

    private async Task AddNodesAsync(SqliteStateStore store, StateKeys keys, NetworkAuthority authority, ScaleOptions options, DateTimeOffset now)
    {
        for (var i = 0; i < options.Cores + options.Entries; i++)
        {
            var role = i < options.Cores ? Role.Core : Role.Entry;
            var key = NodeKey.New();
            var identity = new Identity(authority.Network, role, Names.NewId());
            Pki.Issuing.CertificateRequestReader.TryRead(key.CreateRequest(), out var publicKey, out _);
            using var issued = authority.Root.Issue(identity, publicKey, TimeSpan.FromDays(90), TimeProvider.System);
            var record = new NodeRecord
            {
                Id = identity.Id,
                Role = role,
                Participant = "p",
                Cell = role == Role.Core ? CellOf(i % options.Cells) : null,
                KeyHash = key.KeyHash.ToString(),
                CertificateSerial = IssuedCertificates.SerialOf(issued),
                CertificateNotAfter = issued.NotAfter.ToUniversalTime(),
                State = NodeState.Active,
                EnrolledAt = now,
            };
            Nodes.Add((record, key.Attach(issued)));
            var transaction = new StateTransaction().Create(keys.Node(record.Id), StateJson.Write(record));
            IssuedCertificates.Record(transaction, keys, issued, identity, now);
            await store.CommitAsync(transaction, default);
        }
    }

    private static async Task AddDevicesAsync(SqliteStateStore store, StateKeys keys, ScaleOptions options, DateTimeOffset now)
    {
        await Parallel.ForAsync(0, (options.Devices + Together - 1) / Together, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (group, token) =>
        {
            var transaction = new StateTransaction();
            var user = string.Create(CultureInfo.InvariantCulture, $"user-{group}");
            transaction.Put(keys.User(user), StateJson.Write(new UserRecord { Id = user, CreatedAt = now }));
            for (var i = group * Together; i < Math.Min((group + 1) * Together, options.Devices); i++)
            {
                var device = new DeviceRecord
                {
                    Id = Names.NewId(),
                    User = user,
                    Name = string.Create(CultureInfo.InvariantCulture, $"phone-{i % Together}"),
                    TokenHash = Hash256.Of(BitConverter.GetBytes(i)).ToString(),
                    CredentialHash = CredentialOf(i).ToString(),
                    Cell = CellOf(i % options.Cells),
                    CreatedAt = now,
                };
                transaction.Put(keys.Device(device.Id), StateJson.Write(device))
                    .Put(keys.DeviceToken(Hash256.Parse(device.TokenHash)), Encoding.ASCII.GetBytes(device.Id))
                    .Put(keys.DeviceCredential(Hash256.Parse(device.CredentialHash)), Encoding.ASCII.GetBytes(device.Id));
            }

            await store.CommitAsync(transaction, token);
        });
    }
}
