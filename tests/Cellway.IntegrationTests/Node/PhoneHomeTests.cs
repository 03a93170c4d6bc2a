using System.Runtime.Versioning;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Node.Certificates;
using Cellway.Node.PhoneHome;
using Cellway.Pki.Issuing;
using Cellway.Pki.Trust;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;

namespace Cellway.IntegrationTests.Node;

[UnsupportedOSPlatform("windows")]
public sealed class PhoneHomeTests : NodeFixture
{
    [Fact]
    public async Task Attach_Enrolled_SaysWhoAndWhereItIsAndBeats()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        await StartAsync(Options(management.NewToken()) with { DeclaredAddress = "192.0.2.7", BindAddress = "127.0.0.1" });
        var stream = await management.NextStreamAsync();
        var hello = (await stream.NextAsync()).Hello;
        Assert.Equal(new Identity("net", Role.Entry, "n1"), stream.Caller);
        Assert.Equal(("192.0.2.7", 4443u, 0L), (hello.Address, hello.Port, hello.AppliedRevision));
        Assert.Empty(hello.Resources);
        await EventuallyAsync(() => stream.Heartbeats >= 3, "no heartbeats");
    }

    [Fact]
    public async Task Update_SnapshotThenDelta_IsAppliedAndAcknowledged()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        var (host, configuration) = await StartAsync(Options(management.NewToken()));
        var stream = await management.NextStreamAsync();
        await stream.NextAsync();
        Assert.Equal((5, ""), await ApplyAsync(stream, Snapshot(5, Cell("a", 1), Cell("b", 1))));
        Assert.Equal((6, ""), await ApplyAsync(stream, new() { Revision = 6, Set = { Cell("a", 2), Cell("c", 1) }, Removed = { "entry/cells/b" } }));
        Assert.Equal((7, ""), await ApplyAsync(stream, Snapshot(7, Cell("a", 2))));
        var applied = configuration.Applied.ToArray();
        Assert.Equal(["entry/cells/a@1", "entry/cells/b@1"], applied[0].All);
        Assert.Equal(["entry/cells/a@2", "entry/cells/c@1"], applied[1].All);
        Assert.Equal(["entry/cells/a", "entry/cells/b", "entry/cells/c"], applied[1].Changed);
        Assert.Equal(["entry/cells/a@2"], applied[2].All);
        Assert.Equal(["entry/cells/c"], applied[2].Changed);
        Assert.True(host.Services.GetRequiredService<PhoneHomeClient>().Configured.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Update_Refused_IsToldAndTheOldStays()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        var (_, configuration) = await StartAsync(Options(management.NewToken()));
        var stream = await management.NextStreamAsync();
        await stream.NextAsync();
        await ApplyAsync(stream, Snapshot(5, Cell("a", 1)));
        configuration.RefuseWith = "no such certificate";
        Assert.Equal((6, "no such certificate"), await ApplyAsync(stream, Snapshot(6, Cell("b", 1))));
        stream.Cut();
        var hello = (await (await management.NextStreamAsync()).NextAsync()).Hello;
        Assert.Equal(5, hello.AppliedRevision);
        Assert.Equal("entry/cells/a", Assert.Single(hello.Resources).Key);
    }

    [Fact]
    public async Task Reconnect_AfterTheStreamWasCut_NamesWhatItHolds()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        await StartAsync(Options(management.NewToken()));
        var stream = await management.NextStreamAsync();
        await stream.NextAsync();
        await ApplyAsync(stream, Snapshot(5, Cell("a", 11), Cell("b", 12)));
        stream.Cut();
        stream = await management.NextStreamAsync();
        var hello = (await stream.NextAsync()).Hello;
        Assert.Equal(5, hello.AppliedRevision);
        Assert.Equal(11ul, hello.Resources["entry/cells/a"]);
        Assert.Equal(12ul, hello.Resources["entry/cells/b"]);
        Assert.Equal((8, ""), await ApplyAsync(stream, new() { Revision = 8, Set = { Cell("b", 13) } }));
    }

    [Fact]
    public async Task Silence_NoHeartbeatReplies_ConnectsAnew()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        await StartAsync(Options(management.NewToken()) with { SilenceLimit = TimeSpan.FromSeconds(1) });
        var stream = await management.NextStreamAsync();
        stream.Silent = true;
        await stream.NextAsync();
        Assert.NotNull(await management.NextStreamAsync());
        await EventuallyAsync(() => Logs.Text.Contains("fell silent", StringComparison.Ordinal), "silence is not in the log");
    }

    [Fact]
    public async Task Start_ManagementIsGone_WorksFromTheLastGoodState()
    {
        var management = await FakeManagement.StartAsync(Root);
        var options = Options(management.NewToken());
        var (first, _) = await StartAsync(options);
        var stream = await management.NextStreamAsync();
        await stream.NextAsync();
        await ApplyAsync(stream, Snapshot(5, Cell("a", 1), TrustOf(management, 3)));
        await StopAsync(first);
        await management.DisposeAsync();
        var file = File.ReadAllBytes(Path.Combine(StateDirectory, "last-good"));
        Assert.True(file.AsSpan().IndexOf("entry/cells"u8) < 0, "the file says what the node holds");

        var (host, configuration) = await StartAsync(options);
        Assert.Equal(["entry/cells/a@1", "trust@3"], configuration.Applied.Single().All);
        Assert.True(host.Services.GetRequiredService<PhoneHomeClient>().Configured.IsCompletedSuccessfully);
        Assert.Equal(
            LookupStatus.Unavailable,
            (await host.Services.GetRequiredService<ManagementClient>().ResolveAsync(default, Token)).Status);

        await using var back = await FakeManagement.StartAsync(Root, port: int.Parse(management.Endpoint.Split(':')[1]));
        Assert.Equal(5, (await (await back.NextStreamAsync()).NextAsync()).Hello.AppliedRevision);
    }

    [Fact]
    public async Task Start_ManagementIsGone_WhoWasRefusedIsRefusedStill_AndNothingOlderCounts()
    {
        var management = await FakeManagement.StartAsync(Root);
        var options = Options(management.NewToken());
        var (first, _) = await StartAsync(options);
        var (signed, unsigned) = (Hash256.Of("stolen"u8), Hash256.Of("stolen a moment ago"u8));
        var stream = await management.NextStreamAsync();
        await stream.NextAsync();
        var resource = TrustOf(management, 3);
        Sign(resource.Trust, version: 7, [signed]);
        resource.Trust.RevokedKeyHashes.Add(ByteString.CopyFrom(unsigned.ToArray()));
        await ApplyAsync(stream, Snapshot(5, resource));
        await StopAsync(first);
        await management.DisposeAsync();

        var (host, _) = await StartAsync(options);
        var trust = host.Services.GetRequiredService<NodeTrust>();
        Assert.True(trust.Current.IsRevoked(signed) && trust.Current.IsRevoked(unsigned), "a restart undid a revocation");
        Assert.Equal(7, trust.Version);

        // Somebody stands where management was, with a word of the root from before the revocation.
        await using var back = await FakeManagement.StartAsync(Root, port: int.Parse(management.Endpoint.Split(':')[1]));
        var attached = await back.NextStreamAsync();
        await attached.NextAsync();
        var older = TrustOf(back, 4);
        Sign(older.Trust, version: 6, []);
        await ApplyAsync(attached, Snapshot(6, older));
        Assert.True(trust.Current.IsRevoked(signed) && trust.Current.IsRevoked(unsigned), "an older word undid a revocation");

        void Sign(Trust trust, long version, Hash256[] revoked)
        {
            var statement = new TrustStatement { Network = "net", Version = version, Roots = { ByteString.CopyFrom(Root.Certificate.RawData) } };
            statement.RevokedKeyHashes.AddRange(revoked.Select(h => ByteString.CopyFrom(h.ToArray())));
            (trust.Statement, var by) = (statement.ToByteString(), SignedTrust(Root, statement).Trust.Signatures);
            trust.Signatures.AddRange(by);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    public async Task Start_LastGoodTampered_IgnoresItAndSaysSo(int position)
    {
        await using var management = await FakeManagement.StartAsync(Root);
        var options = Options(management.NewToken());
        var (first, _) = await StartAsync(options);
        var stream = await management.NextStreamAsync();
        await stream.NextAsync();
        await ApplyAsync(stream, Snapshot(5, Cell("a", 1)));
        await StopAsync(first);
        var path = Path.Combine(StateDirectory, "last-good");
        var bytes = File.ReadAllBytes(path);
        bytes[position < 0 ? bytes.Length - 1 : position] ^= 1;
        File.WriteAllBytes(path, bytes);

        var (_, configuration) = await StartAsync(options);
        Assert.Empty(configuration.Applied);
        Assert.Contains("2300 The last good state is damaged", Logs.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await (await management.NextStreamAsync()).NextAsync()).Hello.AppliedRevision);
    }

    [Fact]
    public async Task Trust_NewEndpointsAndRevocations_AreBelievedAndUsed()
    {
        var management = await FakeManagement.StartAsync(Root);
        await using var second = await FakeManagement.StartAsync(Root);
        var (host, configuration) = await StartAsync(Options(management.NewToken()));
        var stream = await management.NextStreamAsync();
        await stream.NextAsync();
        var revoked = Hash256.Of("stolen"u8);
        var resource = TrustOf(management, 1);
        resource.Trust.Management.Add(second.Endpoint);
        resource.Trust.RevokedKeyHashes.Add(ByteString.CopyFrom(revoked.ToArray()));
        configuration.RefuseWith = "something else in it is wrong";
        await ApplyAsync(stream, Snapshot(1, resource));
        Assert.True(host.Services.GetRequiredService<NodeTrust>().Current.IsRevoked(revoked), "a refusal undid a revocation");
        await management.DisposeAsync();
        Assert.NotNull(await second.NextStreamAsync());
        Assert.DoesNotContain("127.0.0.1", Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GoElsewhere_AnotherEndpoint_AttachesThereWithoutWaitingAndCallsAreAnsweredMeanwhile()
    {
        await using var first = await FakeManagement.StartAsync(Root);
        await using var second = await FakeManagement.StartAsync(Root);
        var asked = 0;
        first.Resolve = second.Resolve = _ =>
        {
            Interlocked.Increment(ref asked);
            return new();
        };
        var patience = TimeSpan.FromMinutes(5); // whoever waits at all fails
        var (host, _) = await StartAsync(Options(first.NewToken()) with { MinBackoff = patience, MaxBackoff = patience });
        var stream = await first.NextStreamAsync();
        var both = TrustOf(first, 1);
        both.Trust.Management.Add(second.Endpoint);
        await stream.NextAsync();
        await ApplyAsync(stream, Snapshot(1, both));
        var client = host.Services.GetRequiredService<ManagementClient>();
        for (var i = 0; i < 4; i++)
        {
            await stream.SendAsync(new ManagementMessage { GoElsewhere = new() });
            Assert.True((await client.ResolveAsync(default, Token)).IsFound);
            var next = i % 2 == 0 ? second : first;
            var moved = await next.NextStreamAsync();
            Assert.Equal(1, (await moved.NextAsync()).Hello.AppliedRevision);
            Assert.True(await stream.EndsAsync(), "it said something on the way out"); // a farewell would take it out of the routes
            await moved.SendAsync(new ManagementMessage { Heartbeat = new() });
            Assert.True((await client.ResolveAsync(default, Token)).IsFound);
            stream = moved;
        }

        Assert.Equal(8, asked);
    }

    [Fact]
    public async Task RollCall_AnswersWithAHeartbeatAtOnce()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        await StartAsync(Options(management.NewToken()) with { HeartbeatInterval = TimeSpan.FromMinutes(5), SilenceLimit = TimeSpan.FromMinutes(15) });
        var stream = await management.NextStreamAsync();
        await EventuallyAsync(() => stream.Heartbeats == 1, "no first heartbeat");

        await stream.SendAsync(new ManagementMessage { RollCall = new() });

        await EventuallyAsync(() => stream.Heartbeats == 2, "no answer");
    }

    [Fact]
    public async Task Trust_SignedWithoutRoots_IsRefused()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        await StartAsync(Options(management.NewToken()));
        var stream = await management.NextStreamAsync();
        await stream.NextAsync();
        var (_, error) = await ApplyAsync(stream, Snapshot(1, SignedTrust(Root, new() { Network = "net", Version = 1 })));
        Assert.Contains("no root", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attach_ServerOfAForeignNetworkTookThePlace_IsNotSpokenTo()
    {
        var management = await FakeManagement.StartAsync(Root);
        await EnrollAsync(Options(management.NewToken()));
        await management.DisposeAsync();
        using var other = RootAuthority.Create(TimeProvider.System);
        await using var stranger = await FakeManagement.StartAsync(other, port: int.Parse(management.Endpoint.Split(':')[1]));
        await StartAsync(Options(null));
        await EventuallyAsync(() => Logs.Text.Split("Not attached").Length > 4, "it did not try again");
        Assert.Empty(stranger.Streams);
    }

    [Fact]
    public async Task Resolve_Attached_ReturnsTypedOutcomes()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        var (host, _) = await StartAsync(Options(management.NewToken()));
        var stream = await management.NextStreamAsync();
        await ApplyAsync(stream, Snapshot(1), skip: 1);
        var client = host.Services.GetRequiredService<ManagementClient>();
        Assert.Equal(LookupStatus.NotFound, (await client.ResolveAsync(Hash256.Of([1]), Token)).Status);
        management.Resolve = r => new() { MaxAddresses = 3, Targets = { new CoreTarget { CoreId = Convert.ToHexStringLower(r.CredentialHash.Span) } } };
        var found = await client.ResolveAsync(Hash256.Of([1]), Token);
        Assert.True(found.IsFound);
        Assert.Equal(Hash256.Of([1]).ToString(), found.Value.Targets.Single().CoreId);
        Assert.Equal(3u, found.Value.MaxAddresses);
        management.Resolve = _ => throw FakeManagement.Fail(Grpc.Core.StatusCode.PermissionDenied, "");
        Assert.Equal(LookupStatus.Unavailable, (await client.ResolveAsync(Hash256.Of([1]), Token)).Status);
        Assert.Equal(200u, (await client.FetchSubscriptionAsync(new() { Token = "t" }, Token)).Value!.Status);
    }

    [Fact]
    public async Task FetchSubscription_ManyAtOnce_EachGetsItsOwn()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        var (host, _) = await StartAsync(Options(management.NewToken()));
        var stream = await management.NextStreamAsync();
        await ApplyAsync(stream, Snapshot(1), skip: 1);
        var client = host.Services.GetRequiredService<ManagementClient>();

        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => client.FetchSubscriptionAsync(new() { Token = $"t{i}" }, Token)));

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"t{i}"), replies.Select(r => r.Value!.Body.ToStringUtf8()));
    }

    [Fact]
    public async Task Resolve_StreamOfQuestionsEnded_AsksOnAnother()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        var (host, _) = await StartAsync(Options(management.NewToken()));
        var stream = await management.NextStreamAsync();
        await ApplyAsync(stream, Snapshot(1), skip: 1);
        var client = host.Services.GetRequiredService<ManagementClient>();
        management.Resolve = _ => throw FakeManagement.Fail(Grpc.Core.StatusCode.Unavailable, "");
        Assert.Equal(LookupStatus.Unavailable, (await client.ResolveAsync(default, Token)).Status);
        management.Resolve = _ => new();
        Assert.True((await client.ResolveAsync(default, Token)).IsFound);
    }

    [Fact]
    public async Task Resolve_ManyAtOnce_EachGetsItsOwnAnswer()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        var (host, _) = await StartAsync(Options(management.NewToken()));
        var stream = await management.NextStreamAsync();
        await ApplyAsync(stream, Snapshot(1), skip: 1);
        var client = host.Services.GetRequiredService<ManagementClient>();
        management.Resolve = r => new() { Targets = { new CoreTarget { CoreId = Convert.ToHexStringLower(r.CredentialHash.Span) } } };
        var asked = Enumerable.Range(0, 500).Select(i => Hash256.Of(BitConverter.GetBytes(i))).ToList();
        var answers = await Task.WhenAll(asked.Select(hash => client.ResolveAsync(hash, Token)));
        Assert.Equal(asked.Select(hash => hash.ToString()), answers.Select(a => a.Value!.Targets.Single().CoreId));
    }

    [Fact]
    public async Task Probe_AnsweredOrThrowing_IsReported()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        await StartAsync(Options(management.NewToken()), new FakeProber());
        var stream = await management.NextStreamAsync();
        await stream.NextAsync();
        foreach (var (name, error) in new[] { ("good", ""), ("bad", "refused"), ("broken", "TimeoutException") })
        {
            await stream.SendAsync(new ManagementMessage { Probe = new() { CoreId = name, Target = new() { CoreId = name } } });
            var result = (await stream.NextAsync()).ProbeResult;
            Assert.Equal((name, error), (result.CoreId, result.Error));
        }
    }

    [Fact]
    public async Task Stop_ByIntent_SaysLeaving()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        var (host, _) = await StartAsync(Options(management.NewToken()));
        var stream = await management.NextStreamAsync();
        await stream.NextAsync();
        await StopAsync(host);
        Assert.Equal(NodeMessage.BodyOneofCase.Leaving, (await stream.NextAsync()).BodyCase);
        Assert.True(await stream.EndsAsync());
    }

    [Fact]
    public async Task Drain_ThenResume_StaysAttachedAndTakesSessionsAgain()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        var (_, configuration) = await StartAsync(Options(management.NewToken()));
        var stream = await management.NextStreamAsync();
        await stream.NextAsync();
        await stream.SendAsync(new ManagementMessage { Drain = new() });
        Assert.Equal((3, ""), await ApplyAsync(stream, Snapshot(3, Cell("a", 1)))); // it goes on taking state meanwhile
        configuration.Drained.SetResult();
        Assert.False(configuration.Resumed.Task.IsCompleted);
        await stream.SendAsync(new ManagementMessage { Resume = new() });
        await configuration.Resumed.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Equal((4, ""), await ApplyAsync(stream, Snapshot(4, Cell("a", 2))));
    }

    [Fact]
    public async Task Renewal_CertificateNearItsEnd_IsSwappedForTheSameKey()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        management.Lifetime = TimeSpan.FromSeconds(20);
        var options = Options(management.NewToken()) with { RenewBefore = TimeSpan.FromHours(1) };
        var membership = await EnrollAsync(options);
        var before = membership.Certificate.Current;
        management.Lifetime = TimeSpan.FromDays(90);
        var (host, _) = await StartAsync(options);
        var certificate = host.Services.GetRequiredService<NodeCertificate>();
        await EventuallyAsync(() => certificate.Current.NotAfter > before.NotAfter, "not renewed");
        Assert.Equal(PublicKeys.KeyHash(before), PublicKeys.KeyHash(certificate.Current));
        Assert.True(certificate.Current.HasPrivateKey);
        Assert.Equal(before.Thumbprint, management.Renewals.First().Thumbprint);
        var again = await EnrollAsync(options with { JoinToken = null });
        Assert.Equal(certificate.Current.Thumbprint, again.Certificate.Current.Thumbprint);
        Assert.Single(management.Renewals);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Resource Cell(string id, ulong version) =>
        new() { Name = $"entry/cells/{id}", Version = version, EntryCell = new() { CellId = id } };

    private static Resource TrustOf(FakeManagement management, ulong version) => new()
    {
        Name = "trust",
        Version = version,
        Trust = new() { Roots = { ByteString.CopyFrom(management.Root.Certificate.RawData) }, Management = { management.Endpoint } },
    };

    private static Resource SignedTrust(RootAuthority by, TrustStatement statement) => new()
    {
        Name = "trust",
        Version = (ulong)statement.Version,
        Trust = new() { Statement = statement.ToByteString(), Signatures = { ByteString.CopyFrom(by.Sign("cellway trust", statement.ToByteArray())) } },
    };

    private static Update Snapshot(long revision, params Resource[] set) => new() { Revision = revision, Snapshot = true, Set = { set } };

    private static async Task<(long Revision, string Error)> ApplyAsync(FakeStream stream, Update update, int skip = 0)
    {
        for (; skip > 0; skip--)
        {
            await stream.NextAsync();
        }

        await stream.SendAsync(update);
        var ack = (await stream.NextAsync()).Ack;
        return (ack.Revision, ack.Error);
    }

    private sealed class FakeProber : IEntryDuties
    {
        public Task ReportAsync(Action<Findings> send, CancellationToken cancellationToken) => Task.CompletedTask;

        public void CloseSessionsTo(string coreId, bool evenIfAlive)
        {
            // none
        }

        public Task<string?> ProbeAsync(CoreTarget target, CancellationToken cancellationToken) => target.CoreId switch
        {
            "good" => Task.FromResult<string?>(null),
            "bad" => Task.FromResult<string?>("refused"),
            _ => throw new TimeoutException("connecting to 192.0.2.1 took too long"),
        };
    }
}
