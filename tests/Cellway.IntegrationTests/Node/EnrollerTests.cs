using System.Runtime.Versioning;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Node.Enrollment;
using Cellway.Node.Hosting;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;
using Cellway.Testing;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.IntegrationTests.Node;

[UnsupportedOSPlatform("windows")]
public sealed class EnrollerTests : NodeFixture
{
    [Fact]
    public async Task EnsureAsync_ValidToken_JoinsOnceAndKeepsPrivateFiles()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        var token = management.NewToken();
        var joined = await EnrollAsync(Options(token));
        Assert.Equal("cellway://net/entry/n1", joined.Identity.ToString());
        Assert.Equal(token.Secret, management.Enrollments.Single().Secret.Span);
        Assert.True(joined.Certificate.Current.HasPrivateKey);
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(StateDirectory));
        Assert.All(Directory.GetFiles(StateDirectory), f => Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(f)));
        Assert.Equal(
            ["node.crt", "node.json", "node.key", "roots.pem"], Directory.GetFiles(StateDirectory).Select(f => Path.GetFileName(f)).Order());

        var again = await EnrollAsync(Options(token)); // as after a restart of a container that still has the token
        Assert.Equal(joined.Certificate.Current.Thumbprint, again.Certificate.Current.Thumbprint);
        Assert.Single(management.Enrollments);
        Assert.DoesNotContain(token.Reveal(), Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureAsync_SleptPastTheEnd_SaysThatItNeedsANewToken()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        management.Lifetime = TimeSpan.FromMinutes(2);
        var options = Options(management.NewToken());
        await EnrollAsync(options);
        var later = new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(3)); // as far as its clock may be off when it joins

        var error = await Assert.ThrowsAsync<NodeStartException>(() => new Enroller(options, later, NullLogger<Enroller>.Instance).EnsureAsync(TestContext.Current.CancellationToken));

        Assert.Contains("ended", error.Message, StringComparison.Ordinal);
        Assert.Contains("new token", error.Message, StringComparison.Ordinal);
        Assert.Single(management.Enrollments); // the old token is not tried again

        // What the line says to do, and nothing less, brings it back.
        var fresh = options with { JoinToken = management.NewToken().Reveal() };
        await Assert.ThrowsAsync<NodeStartException>(() => new Enroller(fresh, later, NullLogger<Enroller>.Instance).EnsureAsync(TestContext.Current.CancellationToken));
        Directory.Move(StateDirectory, StateDirectory + ".old");
        management.Lifetime = TimeSpan.FromDays(90);
        var again = await new Enroller(fresh, later, NullLogger<Enroller>.Instance).EnsureAsync(TestContext.Current.CancellationToken);
        Assert.True(again.Certificate.Current.NotAfter.ToUniversalTime() > later.GetUtcNow().UtcDateTime);
        Assert.Equal(2, management.Enrollments.Count);
    }

    [Fact]
    public async Task EnsureAsync_KeyThatOthersCouldRead_IsClosedAndTold()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        await EnrollAsync(Options(management.NewToken()));
        var key = Path.Combine(StateDirectory, "node.key");
        File.SetUnixFileMode(key, File.GetUnixFileMode(key) | UnixFileMode.GroupRead);

        await EnrollAsync(Options(null));

        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(key));
        Assert.Contains("node.key", Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureAsync_WrongPin_NeverSendsTheSecret()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        using var other = RootAuthority.Create(TimeProvider.System);
        var error = await RefusedAsync(JoinToken.New([management.Endpoint], other.KeyHash));
        Assert.Contains("another key", error, StringComparison.Ordinal);
        Assert.Empty(management.Enrollments);
    }

    [Fact]
    public async Task EnsureAsync_RightRootButServerOfAnother_NeverSendsTheSecret()
    {
        using var other = RootAuthority.Create(TimeProvider.System);
        await using var management = await FakeManagement.StartAsync(Root, shownBy: other);
        await RefusedAsync(management.NewToken());
        Assert.Empty(management.Enrollments);
    }

    [Fact]
    public async Task EnsureAsync_ACoreOfTheSameNetworkAnswers_NeverSendsTheSecret()
    {
        await using var thief = await FakeManagement.StartAsync(Root, role: Role.Core);
        await RefusedAsync(thief.NewToken());
        Assert.Empty(thief.Enrollments);
    }

    [Theory]
    [InlineData("token-malformed", "copy it again")]
    [InlineData("token-unknown", "does not know")]
    [InlineData("token-expired", "has expired")]
    [InlineData("token-spent", "used already")]
    [InlineData("token-revoked", "revoked")]
    [InlineData("wrong-role", "another kind of node")]
    [InlineData("wrong-pin", "another key")]
    [InlineData("something-new", "Management refused")]
    public async Task EnsureAsync_Refused_SaysWhyAndLeavesOnlyTheKey(string code, string expected)
    {
        await using var management = await FakeManagement.StartAsync(Root);
        management.Refuse = _ => FakeManagement.Fail(StatusCode.PermissionDenied, code);
        var error = await RefusedAsync(management.NewToken());
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
        Assert.Single(management.Enrollments);
        Assert.Equal(["node.key"], Directory.GetFiles(StateDirectory).Select(f => Path.GetFileName(f)));
    }

    [Fact]
    public async Task EnsureAsync_ReplyLost_RepeatsWithTheSameKey()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        var left = 1;
        management.Enrolled = credential =>
            Interlocked.Decrement(ref left) < 0 ? credential : throw new RpcException(new Status(StatusCode.Unavailable, "lost"));
        var joined = await EnrollAsync(Options(management.NewToken()));
        AssertSameKey(management);
        Assert.NotNull(joined);
    }

    [Fact]
    public async Task EnsureAsync_KilledBeforeTheReply_TheNextStartUsesTheSameKey()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        management.Enrolled = _ => throw new RpcException(new Status(StatusCode.Unavailable, "lost"));
        var token = management.NewToken();
        await Assert.ThrowsAsync<NodeStartException>(() => EnrollAsync(Options(token) with { EnrollLimit = TimeSpan.FromMilliseconds(1) }));
        management.Enrolled = credential => credential;
        await EnrollAsync(Options(token));
        AssertSameKey(management);
    }

    [Fact]
    public async Task EnsureAsync_FirstEndpointIsDeadAndSecondAStranger_JoinsThroughTheThird()
    {
        using var other = RootAuthority.Create(TimeProvider.System);
        await using var stranger = await FakeManagement.StartAsync(other);
        await using var management = await FakeManagement.StartAsync(Root);
        var token = management.NewToken($"127.0.0.1:{ServerProcess.FreePort()}", stranger.Endpoint, management.Endpoint);
        var joined = await EnrollAsync(Options(token));
        Assert.Equal("n1", joined.Identity.Id);
        Assert.Empty(stranger.Enrollments);
    }

    [Fact]
    public async Task EnsureAsync_NobodyListens_SaysWhereAfterTheLimit()
    {
        var endpoint = $"127.0.0.1:{ServerProcess.FreePort()}";
        var options = Options(JoinToken.New([endpoint], Root.KeyHash)) with { EnrollLimit = TimeSpan.FromMilliseconds(300) };
        var error = (await Assert.ThrowsAsync<NodeStartException>(() => EnrollAsync(options))).Message;
        Assert.Contains($"cannot be reached at {endpoint}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureAsync_CertificateForAnotherKeyOrRole_IsNotSaved()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        using var other = NodeKey.New();
        management.Enrolled = _ => management.Issue(Google.Protobuf.ByteString.CopyFrom(other.CreateRequest()), Role.Entry, "n1");
        await RefusedAsync(management.NewToken());
        management.Enrolled = _ => management.Issue(management.Enrollments.Last().CertificateRequest, Role.Core, "n1");
        await RefusedAsync(management.NewToken());
        Assert.False(File.Exists(Path.Combine(StateDirectory, "node.json")));
    }

    [Fact]
    public async Task EnsureAsync_DirectoryOfAnotherRole_IsTold()
    {
        await using var management = await FakeManagement.StartAsync(Root);
        await EnrollAsync(Options(management.NewToken()));
        var error = await Assert.ThrowsAsync<NodeStartException>(() => EnrollAsync(Options(null, NodeRole.Core)));
        Assert.Contains("belongs to an Entry", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node.key")]
    [InlineData("node.crt")]
    [InlineData("node.json")]
    [InlineData("roots.pem")]
    public async Task EnsureAsync_DamagedFile_IsOneLine(string file)
    {
        await using var management = await FakeManagement.StartAsync(Root);
        var token = management.NewToken();
        await EnrollAsync(Options(token));
        File.WriteAllText(Path.Combine(StateDirectory, file), "junk");
        Assert.DoesNotContain('\n', (await Assert.ThrowsAsync<NodeStartException>(() => EnrollAsync(Options(token)))).Message);
    }

    [Fact]
    public async Task EnsureAsync_DirectoryIsAFileOrThereIsNoToken_IsOneLine()
    {
        var error = await Assert.ThrowsAsync<NodeStartException>(() => EnrollAsync(Options(null)));
        Assert.Contains("join token", error.Message, StringComparison.Ordinal);
        var file = Path.Combine(StateDirectory, "file");
        File.WriteAllText(file, "");
        error = await Assert.ThrowsAsync<NodeStartException>(() => EnrollAsync(Options(null) with { StateDirectory = file }));
        Assert.Contains("cannot be used", error.Message, StringComparison.Ordinal);
    }

    private static void AssertSameKey(FakeManagement management)
    {
        var keys = management.Enrollments.Select(e =>
            CertificateRequestReader.TryRead(e.CertificateRequest.Span, out var key, out _) ? Convert.ToHexString(key) : "").ToArray();
        Assert.True(keys.Length >= 2);
        Assert.Single(keys.Distinct());
    }

    private async Task<string> RefusedAsync(JoinToken token) =>
        (await Assert.ThrowsAsync<NodeStartException>(() => EnrollAsync(Options(token)))).Message;
}
