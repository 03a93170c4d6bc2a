using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.IntegrationTests.State;
using Cellway.Manager.Authority;
using Cellway.Manager.Backups;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.State;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;
using Cellway.State.Memory;
using Cellway.State.Sqlite;

namespace Cellway.IntegrationTests.Backups;

/// <summary>A network as a state, with an operator's key on disk; and what backups need.</summary>
internal sealed class SampleNetwork : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private CreatedNetwork _created = null!;

    public MemoryStateStore Store { get; } = new(TimeProvider.System);

    public StateKeys Keys { get; private set; } = null!;

    public SealSecret Secret { get; private set; } = null!;

    public X509Certificate2 Operator { get; private set; } = null!;

    public X509Certificate2 Root { get; private set; } = null!;

    public ECDiffieHellman Key { get; } = ECDiffieHellman.Create();

    public BackupTrust Trust => new() { Network = _created.Network, Roots = [Root] };

    public IProgress<BackupProgress> Quiet { get; } = new Silence();

    public string this[string name] => _directory[name];

    public static async Task<SampleNetwork> CreateAsync(int devices = 3)
    {
        var sample = new SampleNetwork();
        KeyFile.Create(sample["seal.key"]);
        sample.Secret = new(sample["seal.key"], null);
        using var key = NodeKey.New();
        key.Save(sample["operator.key"]);
        sample.Key.ImportFromPem(await File.ReadAllTextAsync(sample["operator.key"]));
        await NetworkCreator.CreateAsync(
            sample.Store,
            new("Sample", new("north", "entry.north.example", "exit.north.example", ["127.0.0.1:8443"])),
            sample.Secret,
            key.CreateRequest(),
            created => sample._created = created,
            TimeProvider.System,
            CancellationToken.None);
        sample.Keys = new(sample._created.Network);
        sample.Operator = X509CertificateLoader.LoadCertificate(sample._created.OperatorCertificate);
        sample.Root = X509CertificateLoader.LoadCertificate(sample._created.Root);
        await sample.PeopleAsync(devices);
        return sample;
    }

    public async Task<string> BackUpAsync(string name, bool withRoot = true)
    {
        await NetworkBackup.CreateAsync(Store, null, Secret, this[name], [Operator], withRoot, Quiet, TimeProvider.System, CancellationToken.None);
        return this[name];
    }

    public BackupVerdict Verify(string file, BackupTrust? trust = null) =>
        NetworkBackup.Verify(file, Key, trust ?? Trust, Quiet, TimeProvider.System, CancellationToken.None);

    public Task<BackupSummary> RestoreAsync(string file, IStateStore target, string? rootFrom = null, BackupTrust? trust = null, IProgress<BackupProgress>? progress = null) => NetworkBackup.RestoreAsync(
        new() { File = file, RootFrom = rootFrom, Secret = new(this["new.key"], null) },
        Key,
        trust ?? Trust,
        () => Task.FromResult<IStateStore>(new Kept(target)),
        progress ?? Quiet,
        TimeProvider.System,
        CancellationToken.None);

    /// <summary>Into a file, as restored in earnest.</summary>
    public Task<BackupSummary> RestoreAsync(string file, string database, int maxPages = 0) => NetworkBackup.RestoreAsync(
        new() { File = file, Secret = new(this["new.key"], null), StateFile = database },
        Key,
        Trust,
        async () => await SqliteStateStore.OpenAsync(database, new() { MaxPages = maxPages }, TimeProvider.System, CancellationToken.None),
        Quiet,
        TimeProvider.System,
        CancellationToken.None);

    public async Task PutAsync<T>(string key, T record)
        where T : class, IStateRecord => Assert.True((await Store.CommitAsync(new StateTransaction().Put(key, StateJson.Write(record)), CancellationToken.None)).Succeeded);

    public async ValueTask DisposeAsync()
    {
        Key.Dispose();
        await Store.DisposeAsync();
        _directory.Dispose();
    }

    private async Task PeopleAsync(int devices)
    {
        var now = TimeProvider.System.GetUtcNow();
        await PutAsync(Keys.Participant("ann"), new ParticipantRecord { Id = "ann", CreatedAt = now });
        await PutAsync(Keys.Node("core1"), new NodeRecord
        {
            Id = "core1", Role = Role.Core, Participant = "ann", Cell = "north", KeyHash = Hash256.Of("core1"u8).ToString(), CertificateSerial = "01",
            CertificateNotAfter = now.AddDays(90), State = NodeState.Active, EnrolledAt = now,
        });
        await PutAsync(Keys.User("bob"), new UserRecord { Id = "bob", CreatedAt = now });
        for (var i = 0; i < devices; i++)
        {
            var id = Encoding.ASCII.GetBytes($"device{i}");
            var token = Hash256.Of(Encoding.ASCII.GetBytes($"token{i}"));
            var credential = Hash256.Of(Encoding.ASCII.GetBytes($"credential{i}"));
            await Store.CommitAsync(
                new StateTransaction()
                    .Put(Keys.Device($"device{i}"), StateJson.Write(new DeviceRecord
                    {
                        Id = $"device{i}", User = "bob", Name = $"phone{i}", Cell = "north", TokenHash = token.ToString(), CredentialHash = credential.ToString(), CreatedAt = now,
                    }))
                    .Put(Keys.DeviceName("bob", $"phone{i}"), id).Put(Keys.DeviceToken(token), id).Put(Keys.DeviceCredential(credential), id),
                CancellationToken.None);
        }
    }

    private sealed class Silence : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value)
        {
        }
    }
}
