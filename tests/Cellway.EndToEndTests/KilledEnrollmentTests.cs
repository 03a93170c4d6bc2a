using System.Diagnostics;
using Cellway.Model.Certificates;
using Cellway.Model.Contracts;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Cellway.Node.Enrollment;
using Cellway.Node.Hosting;
using Cellway.State.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.EndToEndTests;

public sealed class KilledEnrollmentTests : IDisposable
{
    private const int Tokens = 12;

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-e2e-");

    /// <summary>Management dies by kill -9 while nodes enroll, again and again; whatever it was doing, a spent token always has its certificate.</summary>
    [Fact]
    public async Task Enrollment_ManagementIsKilledInTheMiddle_LeavesACertificateAndASpentTokenOrNeither()
    {
        var token = TestContext.Current.CancellationToken;
        await CellwayProgram.JsonAsync(_home.FullName, "init", "--state", InHome("m"), "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example");
        var ports = Enumerable.Range(0, 2).Select(_ => Testing.ServerProcess.FreePort()).ToArray();
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var spentInAll = 0;
        for (var round = 0; round < 4; round++)
        {
            using var management = StartManagement(ports, round);
            await CellwayProgram.ReadyAsync(management, InHome($"ready-{round}"));
            if (round == 0)
            {
                await AdminAsync(ports, "participant", "add", "p");
            }

            var tokens = new List<string>();
            for (var i = 0; i < Tokens / 4; i++)
            {
                tokens.Add((await AdminAsync(ports, "token", "create", "--role", "core", "--participant", "p", "--cell", "first")).GetProperty("token").GetString()!);
            }

            var enrollments = tokens.Select((t, i) => TryEnrollAsync($"node-{round}-{i}", t, token)).ToArray();
            await Task.Delay(random.Next(0, 120), token);
            management.Kill(entireProcessTree: true);
            await management.WaitForExitAsync(token);
            await Task.WhenAll(enrollments);
            spentInAll = await CheckAsync($"seed {seed}, round {round}");
        }

        // Management comes back once more, and the nodes whose reply was lost try again with the key they have.
        using var last = StartManagement(ports, 99);
        await CellwayProgram.ReadyAsync(last, InHome("ready-99"));
        Assert.Equal(0, await CellwayProgram.InterruptAsync(last));
        Assert.InRange(spentInAll, 0, Tokens);
    }

    public void Dispose() => _home.Delete(recursive: true);

    private string InHome(string name) => Path.Combine(_home.FullName, name);

    private Process StartManagement(int[] ports, int round) => CellwayProgram.Start(
        _home.FullName,
        "management", "--state", InHome("m"), "--node-listen", $"127.0.0.1:{ports[0]}", "--admin-listen", $"127.0.0.1:{ports[1]}", "--ready-file", InHome($"ready-{round}"));

    private Task<System.Text.Json.JsonElement> AdminAsync(int[] ports, params string[] arguments) =>
        CellwayProgram.JsonAsync(_home.FullName, [.. arguments, "--server", $"127.0.0.1:{ports[1]}"]);

    private async Task TryEnrollAsync(string name, string joinToken, CancellationToken cancellationToken)
    {
        var options = new NodeOptions
        {
            Role = NodeRole.Core, StateDirectory = InHome(name), JoinToken = joinToken, Listen = "127.0.0.1:0", EnrollLimit = TimeSpan.FromSeconds(2),
        };
        try
        {
            await new Enroller(options, TimeProvider.System, NullLogger<Enroller>.Instance).EnsureAsync(cancellationToken);
        }
        catch (NodeStartException)
        {
            // Management died on it: the state decides what has happened.
        }
    }

    private async Task<int> CheckAsync(string when)
    {
        await using var store = await SqliteStateStore.OpenAsync(InHome("m/state.db"), new(), TimeProvider.System, CancellationToken.None);
        var entries = (await store.ListAsync(StateKeys.Root, CancellationToken.None)).Entries;
        var tokens = Records<JoinTokenRecord>(entries, StateKeys.Folders.JoinTokens);
        var nodes = Records<NodeRecord>(entries, StateKeys.Folders.Nodes);
        var certificates = Records<CertificateRecord>(entries, StateKeys.Folders.Certificates).ToDictionary(c => c.Serial);
        foreach (var node in nodes)
        {
            var spent = tokens.Select(t => t.Spent).OfType<JoinTokenSpending>().Single(s => s.Node == node.Id);
            Assert.Equal(node.KeyHash, spent.KeyHash);
            Assert.True(certificates.TryGetValue(spent.CertificateSerial, out var certificate), when);
            Assert.Equal(node.KeyHash, certificate.KeyHash);
        }

        Assert.Equal(nodes.Count, tokens.Count(t => t.Spent is not null));
        Assert.Equal(nodes.Count + 1, certificates.Count); // and the operator's
        return nodes.Count;
    }

    private static List<T> Records<T>(IEnumerable<StateEntry> entries, string folder)
        where T : class, IStateRecord =>
        [.. entries.Where(e => e.Key.Split('/') is [_, _, _, var name, _] && name + "/" == folder).Select(StateJson.Read<T>)];
}
