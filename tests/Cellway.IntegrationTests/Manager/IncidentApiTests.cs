using Cellway.Manager.Api;
using Cellway.Model.Cells;
using Cellway.Model.State;

namespace Cellway.IntegrationTests.Manager;

public sealed class IncidentApiTests
{
    [Fact]
    public async Task Compromise_ADomain_MarkedUntilAnOperatorRecoversIt()
    {
        await using var network = await ManagedNetwork.StartAsync();

        var incident = await network.Admin.PostAsync<IncidentInfo>("/v1/cells/north/compromise", new CellCompromise("people tell so", "entry"));
        Assert.Equal(("entry", "entry.north.example", "compromised", "open", true), (incident.Subject, incident.Domain, incident.Kind, incident.State, incident.HeldByOperator));
        Assert.Contains("people tell so", incident.Timeline[0].What, StringComparison.Ordinal);
        var cell = await network.Admin.GetAsync<CellInfo>("/v1/cells/north");
        Assert.Equal(("active", true, false), (cell.State, cell.EntryBlockedSince is not null, cell.ExitBlockedSince is not null));

        Assert.Equal(incident.Id, Assert.Single((await network.Admin.GetAsync<NetworkStatus>("/v1/status")).Incidents).Id);

        // Said again, it is the same incident.
        var again = await network.Admin.PostAsync<IncidentInfo>("/v1/cells/north/compromise", new CellCompromise("still", "entry"));
        Assert.Equal((incident.Id, 2), (again.Id, again.Timeline.Count));

        var closed = await network.Admin.PostAsync<IReadOnlyList<IncidentInfo>>("/v1/cells/north/recover");
        Assert.Equal((incident.Id, "closed"), (closed[0].Id, closed[0].State));
        Assert.Null((await network.Admin.GetAsync<CellInfo>("/v1/cells/north")).EntryBlockedSince);
        Assert.Empty((await network.Admin.GetAsync<NetworkStatus>("/v1/status")).Incidents);
        Assert.Empty(await network.Admin.GetAsync<IReadOnlyList<IncidentInfo>>("/v1/incidents"));
        Assert.Single(await network.Admin.GetAsync<IReadOnlyList<IncidentInfo>>("/v1/incidents?all=true"));
        Assert.Equal(3, (await network.Admin.GetAsync<IncidentInfo>($"/v1/incidents/{incident.Id}")).Timeline.Count);
    }

    [Fact]
    public async Task Compromise_TheLastTwoCellsByTwoOperatorsAtOnce_OneIsTold()
    {
        FaultyStore store = null!;
        await using var network = await ManagedNetwork.StartAsync(wrap: inner => store = new(inner));
        await network.Admin.PostAsync<CellInfo>("/v1/cells", new NewCell("south", "entry.south.example", "exit.south.example"));
        store.BeforeNext(t => t.Writes.Any(w => w.Key == network.Keys.Cell("north")), async () =>
        {
            var entry = (await store.GetAsync(network.Keys.Cell("south"), TestContext.Current.CancellationToken))!;
            await network.WriteAsync(new StateTransaction().Replace(entry, StateJson.Write(StateJson.Read<CellRecord>(entry) with { State = CellState.Compromised })));
        });

        var (status, error) = await network.Admin.FailAsync(HttpMethod.Post, "/v1/cells/north/compromise", new CellCompromise("a Core was stolen"));

        Assert.Equal(409, status);
        Assert.Contains("last active cell", error.Message, StringComparison.Ordinal);
        Assert.Equal("active", (await network.Admin.GetAsync<CellInfo>("/v1/cells/north")).State);
        Assert.Equal("open", (await network.Admin.PostAsync<IncidentInfo>("/v1/cells/north/compromise", new CellCompromise("a Core was stolen", EvenIfLast: true))).State);
        Assert.Equal("compromised", (await network.Admin.GetAsync<CellInfo>("/v1/cells/north")).State);
    }

    [Fact]
    public async Task Close_AnIncident_TakesItsMarkAway()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var incident = await network.Admin.PostAsync<IncidentInfo>("/v1/cells/north/compromise", new CellCompromise("blocked", "exit"));

        var closed = await network.Admin.PostAsync<IncidentInfo>($"/v1/incidents/{incident.Id}/close", new IncidentClosing("a mistake"));

        Assert.Equal(("closed", "Closed: a mistake"), (closed.State, closed.Timeline[^1].What));
        Assert.Null((await network.Admin.GetAsync<CellInfo>("/v1/cells/north")).ExitBlockedSince);
    }

    [Theory]
    [InlineData("/v1/cells/north/compromise", """{"reason":""}""", 400, "--reason")]
    [InlineData("/v1/cells/north/compromise", """{"reason":"two\nlines"}""", 400, "one line")]
    [InlineData("/v1/cells/north/compromise", """{"reason":"x","domain":"middle"}""", 400, "entry or exit")]
    [InlineData("/v1/cells/north/compromise", """{"reason":"x"}""", 409, "--even-if-last")]
    [InlineData("/v1/cells/nowhere/compromise", """{"reason":"x"}""", 404, "cell list")]
    [InlineData("/v1/cells/nowhere/recover", "{}", 404, "cell list")]
    [InlineData("/v1/incidents/none/close", "{}", 404, "incident list")]
    [InlineData("/v1/cells/north/regeneration", "{}", 400, "--entry-domain")]
    [InlineData("/v1/cells/nowhere/regeneration", """{"entryDomain":"a.example","exitDomain":"b.example"}""", 404, "cell list")]
    [InlineData("/v1/cells/north/regeneration", """{"entryDomain":"entry.north.example","exitDomain":"b.example"}""", 409, "never used")]
    [InlineData("/v1/cells/north/regeneration", """{"entryDomain":"a.example","exitDomain":"a.example"}""", 400, "two different")]
    [InlineData("/v1/cells/north/regeneration", """{"entryDomain":"A.example","exitDomain":"b.example"}""", 400, "not a domain")]
    [InlineData("/v1/cells/north/regeneration", """{"into":"north"}""", 409, "forming")]
    [InlineData("/v1/cells/north/regeneration", """{"into":"nowhere"}""", 404, "cell list")]
    [InlineData("/v1/cells/north/regeneration", """{"into":"nowhere","exitDomain":"b.example"}""", 400, "--into alone")]
    [InlineData("/v1/cells/north/regeneration", """{"entryDomain":"a.example","exitDomain":"b.example","name":"north"}""", 409, "--name")]
    [InlineData("/v1/cells/north/regeneration", """{"readyCores":0,"devicesPerSecond":0,"grace":"-00:00:01"}""", 400, "Cores that must be ready are 1 to 1,000; the devices")]
    [InlineData("/v1/cells/north/regeneration/undo", "{}", 404, "not being replaced")]
    [InlineData("/v1/cells/north/regeneration/tokens", "{}", 404, "not being replaced")]
    [InlineData("/v1/cells/north/regeneration/tokens", """{"cores":3}""", 400, "--participant")]
    public async Task Request_ThatCannotBe_SaysWhatToDoAndNothingHappens(string path, string body, int status, string says)
    {
        await using var network = await ManagedNetwork.StartAsync();
        var before = (await network.Store.ListAsync(network.Keys.Prefix + StateKeys.Folders.Cells, TestContext.Current.CancellationToken)).Entries;

        var (actual, error) = await network.Admin.FailAsync(HttpMethod.Post, path, body);

        Assert.Equal(status, actual);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        var after = (await network.Store.ListAsync(network.Keys.Prefix + StateKeys.Folders.Cells, TestContext.Current.CancellationToken)).Entries;
        Assert.Equal(before.Select(e => e.ModRevision), after.Select(e => e.ModRevision));
        Assert.Empty(await network.Admin.GetAsync<IReadOnlyList<IncidentInfo>>("/v1/incidents?all=true"));
    }

    [Fact]
    public async Task Compromise_RetiredCell_Refused()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await network.Admin.ExpectAsync<CellInfo>(HttpMethod.Patch, "/v1/cells/north", new CellChange("retired"));
        foreach (var (path, body) in new (string, object)[]
        {
            ("compromise", new CellCompromise("x")), ("recover", new { }), ("regeneration", new NewRegeneration("a.example", "b.example")),
        })
        {
            var (status, error) = await network.Admin.FailAsync(HttpMethod.Post, $"/v1/cells/north/{path}", path == "recover" ? "{}" : body);
            Assert.Equal(409, status);
            Assert.Contains("retired", error.Message, StringComparison.Ordinal);
        }
    }
}
