using System.Globalization;
using System.Security.Cryptography;
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

namespace Cellway.Benchmarks.Scale;

/// <summary>A state with everything in it that a network of that size has, and the nodes' keys.</summary>
internal sealed class SimulatedNetwork
{
    public const string Passphrase = "benchmark";

    private const int Together = 40; // devices a transaction: each is three keys, and etcd takes 128 operations

    public required string Id { get; init; }

    public required X509Certificate2 Operator { get; init; }

    public List<(string Node, Role Role, string? Cell, X509Certificate2 Certificate)> Nodes { get; } = [];

    public StateKeys Keys => new(Id);

    public static string CellOf(int number) => string.Create(CultureInfo.InvariantCulture, $"cell-{number}");

    public static Hash256 CredentialOf(int device) => Hash256.Of(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"credential {device}")));

    public static async Task<SimulatedNetwork> CreateAsync(IStateStore store, ScaleOptions options)
    {
        var secret = new SealSecret(null, Passphrase);
        using var key = NodeKey.New();
        CreatedNetwork? created = null;
        var first = new Cellway.Manager.Api.NewCell(CellOf(0), "entry.cell-0.example", "exit.cell-0.example");
        await NetworkCreator.CreateAsync(store, new("benchmark", first), secret, key.CreateRequest(), c => created = c, TimeProvider.System, default);
        using var operatorCertificate = X509CertificateLoader.LoadCertificate(created!.OperatorCertificate);
        var network = new SimulatedNetwork { Id = created.Network, Operator = key.Attach(operatorCertificate) };
        using var authority = await NetworkAuthority.OpenAsync(store, network.Keys, created.Network, secret, default);
        var rotation = new RotationPlan(new(), new SecureRandom());
        for (var i = 1; i < options.Cells; i++)
        {
            var transaction = new StateTransaction();
            CellWrites.Create(transaction, network.Keys, new(CellOf(i), $"entry.{CellOf(i)}.example", $"exit.{CellOf(i)}.example"), rotation, k => authority.SealWebKey(k), TimeProvider.System);
            await store.CommitAsync(transaction, default);
        }

        var now = TimeProvider.System.GetUtcNow();
        await store.CommitAsync(new StateTransaction().Create(network.Keys.Participant("p"), StateJson.Write(new ParticipantRecord { Id = "p", CreatedAt = now })), default);
        await network.AddNodesAsync(store, authority, options, now);
        await AddDevicesAsync(store, network.Keys, options, now);
        return network;
    }

    /// <summary>Keeps the keys beside the state: a bench's network protects nobody.</summary>
    public async Task SaveAsync(string file) => await File.WriteAllLinesAsync(
        file, [$"{Id} operator - {TextOf(Operator)}", .. Nodes.Select(n => $"{n.Node} {n.Role} {n.Cell ?? "-"} {TextOf(n.Certificate)}")]);

    public static async Task<SimulatedNetwork> LoadAsync(string file)
    {
        var lines = (await File.ReadAllLinesAsync(file)).Select(l => l.Split(' ')).ToList();
        var network = new SimulatedNetwork { Id = lines[0][0], Operator = CertificateOf(lines[0]) };
        network.Nodes.AddRange(lines.Skip(1).Select(l => (l[0], Enum.Parse<Role>(l[1]), l[2] == "-" ? null : l[2], CertificateOf(l))));
        return network;
    }

    public static int PortOf(int number) => 10_000 + (number % 50_000);

    /// <summary>Sessions as a replica leaves them that has died just now: the nodes are attached to nobody, and nobody's routes have moved.</summary>
    public async Task LeaveSessionsAsync(IStateStore store)
    {
        var lease = await store.GrantLeaseAsync(TimeSpan.FromMinutes(5), default);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var some in Nodes.Index().Chunk(100))
        {
            var transaction = new StateTransaction();
            foreach (var (i, (node, _, _, _)) in some)
            {
                transaction.Put(Keys.Session(node), StateJson.Write(new NodeSessionRecord
                {
                    Node = node, Replica = "gone", Address = "127.0.0.1", Port = PortOf(i), ObservedAddress = "127.0.0.1", SoftwareVersion = "1.0.0", Since = now, Ready = true,
                }), lease);
            }

            await store.CommitAsync(transaction, default);
        }
    }

    /// <summary>No sessions at all, as after an outage of all replicas that was longer than their leases: nothing is known of anybody.</summary>
    public async Task EndSessionsAsync(IStateStore store)
    {
        foreach (var some in Nodes.Chunk(100))
        {
            var transaction = new StateTransaction();
            foreach (var (node, _, _, _) in some)
            {
                transaction.Delete(Keys.Session(node));
            }

            await store.CommitAsync(transaction, default);
        }
    }

    private static string TextOf(X509Certificate2 certificate) =>
        $"{Convert.ToBase64String(certificate.RawDataMemory.Span)} {Convert.ToBase64String(certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKey())}";

    private static X509Certificate2 CertificateOf(string[] line)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(line[3]));
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(line[4]), out _);
        return certificate.CopyWithPrivateKey(key);
    }

    private async Task AddNodesAsync(IStateStore store, NetworkAuthority authority, ScaleOptions options, DateTimeOffset now)
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
            Nodes.Add((record.Id, role, record.Cell, key.Attach(issued)));
            var transaction = new StateTransaction().Create(Keys.Node(record.Id), StateJson.Write(record));
            IssuedCertificates.Record(transaction, Keys, issued, identity, 1, now);
            await store.CommitAsync(transaction, default);
        }
    }

    private static async Task AddDevicesAsync(IStateStore store, StateKeys keys, ScaleOptions options, DateTimeOffset now)
    {
        await Parallel.ForAsync(0, (options.Devices + Together - 1) / Together, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (group, token) =>
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
