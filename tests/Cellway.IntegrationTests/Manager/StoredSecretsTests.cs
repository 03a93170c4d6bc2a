using System.Security.Cryptography;
using System.Text;
using Cellway.Manager.Api;
using Cellway.Model.Devices;
using Cellway.Model.Identities;

namespace Cellway.IntegrationTests.Manager;

/// <summary>Whoever reads the state or the log can connect as nobody.</summary>
public sealed class StoredSecretsTests
{
    [Fact]
    public async Task State_AfterEverythingHasHappened_HoldsNoSecretInAnyForm()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var secrets = await ExerciseAsync(network);
        var snapshot = await network.Store.ListAsync("", TestContext.Current.CancellationToken);
        byte[][] haystacks = [.. snapshot.Entries.SelectMany(e => new[] { Encoding.UTF8.GetBytes(e.Key), e.Value.ToArray() }), Encoding.UTF8.GetBytes(network.Log.Text)];

        List<string> found = [];
        foreach (var (name, secret) in secrets)
        {
            foreach (var (form, needle) in FormsOf(secret))
            {
                found.AddRange(haystacks.Where(h => h.AsSpan().IndexOf(needle) >= 0).Select(h => $"{name} as {form} in {Encoding.UTF8.GetString(h.AsSpan(0, Math.Min(80, h.Length)))}"));
            }
        }

        Assert.Empty(found);
        Assert.True(haystacks.Length > 20);
        Assert.DoesNotContain("PRIVATE KEY", string.Join('\n', haystacks.Select(Encoding.UTF8.GetString)), StringComparison.Ordinal);
        Assert.DoesNotContain(snapshot.Entries.Single(e => e.Key.Contains("/devices/", StringComparison.Ordinal)).Key.Split('/')[^1], network.Log.Text, StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, byte[]>> ExerciseAsync(ManagedNetwork network)
    {
        var secrets = new Dictionary<string, byte[]>();
        var open = await network.NewTokenAsync(Role.Core);
        secrets["join secret"] = open.Secret.ToArray();
        var core = await network.EnrollAsync(Role.Core);
        var entry = await network.EnrollAsync(Role.Entry);
        var device = await network.NewDeviceAsync("bob");
        using var coreClient = network.Connect(core.Certificate);
        using var entryClient = network.Connect(entry.Certificate);
        await using var coreStream = await coreClient.AttachAsync();
        await using var entryStream = await entryClient.AttachAsync();
        await coreStream.SyncUntilAsync(held => held.Values.Any(r => r.Routes is not null));
        await entryStream.SyncUntilAsync(_ => true);
        await entryClient.FetchSubscriptionAsync(new() { Token = ResolveTests.TokenOf(device), Method = "GET" });

        Assert.True(SubscriptionToken.TryParse(ResolveTests.TokenOf(device), out var token));
        secrets["subscription token"] = token.Secret.ToArray();
        secrets["subscription token's text"] = Encoding.ASCII.GetBytes(token.Reveal());
        secrets["VLESS id"] = Guid.ParseExact(VlessId.Of(token).Reveal(), "D").ToByteArray(bigEndian: true);
        secrets["VLESS id's text"] = Encoding.ASCII.GetBytes(VlessId.Of(token).Reveal());
        secrets["route id"] = coreStream.Held.Values.Single(r => r.Routes is not null).Routes.Routes[0].RouteId.ToByteArray();
        secrets["exit domain's key"] = ScalarOf(coreStream.Held["core/cell"].CoreCell.Certificate.PrivateKey.ToByteArray());
        secrets["entry domain's key"] = ScalarOf(entryStream.Held["entry/cells/north"].EntryCell.Certificate.PrivateKey.ToByteArray());
        secrets["root's key"] = ScalarOf(network.Authority.Root.ExportPrivateKey());
        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{core.Id}/revoke");
        return secrets;
    }

    private static byte[] ScalarOf(byte[] pkcs8)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key.ExportParameters(true).D!;
    }

    // Base 64 depends on where a secret begins within what is encoded: the middle of each of the three cases is looked for.
    private static IEnumerable<(string Form, byte[] Needle)> FormsOf(byte[] secret)
    {
        yield return ("bytes", secret);
        yield return ("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret)));
        yield return ("HEX", Encoding.ASCII.GetBytes(Convert.ToHexString(secret)));
        for (var offset = 0; offset < 3; offset++)
        {
            var text = Convert.ToBase64String([.. new byte[offset], .. secret])[(offset == 0 ? 0 : 4)..^4];
            yield return ($"base64 at {offset}", Encoding.ASCII.GetBytes(text));
            yield return ($"base64url at {offset}", Encoding.ASCII.GetBytes(text.Replace('+', '-').Replace('/', '_')));
            yield return ($"base64 in JSON at {offset}", Encoding.ASCII.GetBytes(text.Replace("+", "\\u002B", StringComparison.Ordinal)));
        }
    }
}
