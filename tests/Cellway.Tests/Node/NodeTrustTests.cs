using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Certificates;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Node.Certificates;
using Cellway.Pki.Issuing;
using Cellway.Pki.Trust;
using Google.Protobuf;

namespace Cellway.Tests.Node;

/// <summary>To refuse somebody, management's word is enough; to believe somebody, a root that is believed must have signed it, and nothing older counts.</summary>
public sealed class NodeTrustTests : IDisposable
{
    private static readonly Hash256 Thief = Hash256.Of("thief"u8);
    private static readonly Hash256 Another = Hash256.Of("another"u8);

    private readonly RootAuthority _root = RootAuthority.Create(TimeProvider.System);
    private readonly RootAuthority _next = RootAuthority.Create(TimeProvider.System);
    private readonly List<IReadOnlyCollection<X509Certificate2>> _saved = [];
    private readonly NodeTrust _trust;

    public NodeTrustTests() => _trust = New(_root.Certificate);

    public void Dispose()
    {
        _root.Dispose();
        _next.Dispose();
    }

    [Fact]
    public void Apply_SignedAndNewer_TakesRootsAndRevocations()
    {
        Assert.Equal(TrustOutcome.Taken, _trust.Apply(Signed(1, [_root, _next], [Thief], _root)));

        Assert.Equal((2, 1L), (_trust.Current.Roots.Count, _trust.Version));
        Assert.True(_trust.Current.IsRevoked(Thief));
        Assert.Equal(2, Assert.Single(_saved).Count);
    }

    [Fact]
    public void Apply_SignedByNobodyThatIsBelieved_RefusedAndNothingChanges()
    {
        using var thief = RootAuthority.Create(TimeProvider.System);
        var flipped = Signed(2, [_root], [], _root);
        flipped.Statement = ByteString.CopyFrom([.. flipped.Statement.Span[..^1], (byte)(flipped.Statement.Span[^1] ^ 1)]);
        var otherPurpose = Signed(2, [_root, thief], [], _root);
        otherPurpose.Signatures[0] = ByteString.CopyFrom(_root.Sign("cellway audit head", otherPurpose.Statement.Span));
        foreach (var forged in new[] { Signed(2, [_root, thief], [], thief), flipped, otherPurpose, Signed(2, [_root], [], _root, network: "other"), Signed(2, [], [], _root) })
        {
            Assert.Throws<FormatException>(() => _trust.Apply(forged));
        }

        Assert.Equal((_root.Certificate, 0L), (Assert.Single(_trust.Current.Roots), _trust.Version));
        Assert.Empty(_saved);
    }

    [Fact]
    public void Apply_Unsigned_RevokesAndNothingElse()
    {
        _trust.Apply(Signed(3, [_root], [Thief], _root));
        var said = new Trust { Roots = { ByteString.CopyFrom(_next.Certificate.RawData) }, RevokedKeyHashes = { ByteString.CopyFrom(Another.ToArray()) } };

        Assert.Equal(TrustOutcome.Unsigned, _trust.Apply(said));

        Assert.Single(_trust.Current.Roots);
        Assert.True(_trust.Current.IsRevoked(Thief) && _trust.Current.IsRevoked(Another));
    }

    [Fact]
    public void Apply_OlderThanWhatItHolds_TakesNothingBack()
    {
        _trust.Apply(Signed(5, [_root, _next], [Thief], _root));

        Assert.Equal(TrustOutcome.Older, _trust.Apply(Signed(4, [_root], [Another], _root, refusedBesides: Another)));

        Assert.Equal((2, 5L), (_trust.Current.Roots.Count, _trust.Version));
        Assert.True(_trust.Current.IsRevoked(Thief) && _trust.Current.IsRevoked(Another));
    }

    [Fact]
    public void Apply_SignedNewerWithoutARevocation_BelievesTheKeyAgain()
    {
        _trust.Apply(Signed(1, [_root], [Thief], _root));
        _trust.Apply(Signed(2, [_root], [], _root));

        Assert.False(_trust.Current.IsRevoked(Thief));
    }

    [Fact]
    public void Apply_RootsReplacedWhileItWasAway_FollowsByEitherSignature()
    {
        Assert.Equal(TrustOutcome.Taken, _trust.Apply(Signed(9, [_next], [], _root, _next)));
        Assert.Equal(PublicKeys.KeyHash(_next.Certificate), PublicKeys.KeyHash(_trust.Current.Roots.Single()));
        Assert.Throws<FormatException>(() => _trust.Apply(Signed(10, [_root], [], _root))); // the old one counts no more

        var restarted = New([.. _saved[^1]]);
        Assert.Equal(TrustOutcome.Taken, restarted.Apply(Signed(10, [_next], [], _next)));
    }

    private NodeTrust New(params X509Certificate2[] roots) => new(new("net", roots, []), [], _saved.Add);

    private static Trust Signed(long version, RootAuthority[] roots, Hash256[] revoked, params RootAuthority[] by) => Signed(version, roots, revoked, by, "net", null);

    private static Trust Signed(long version, RootAuthority[] roots, Hash256[] revoked, RootAuthority by, string network) => Signed(version, roots, revoked, [by], network, null);

    private static Trust Signed(long version, RootAuthority[] roots, Hash256[] revoked, RootAuthority by, Hash256 refusedBesides) => Signed(version, roots, revoked, [by], "net", refusedBesides);

    private static Trust Signed(long version, RootAuthority[] roots, Hash256[] revoked, RootAuthority[] by, string network, Hash256? refusedBesides)
    {
        var statement = new TrustStatement { Network = network, Version = version };
        statement.Roots.AddRange(roots.Select(r => ByteString.CopyFrom(r.Certificate.RawData)));
        statement.RevokedKeyHashes.AddRange(revoked.Select(h => ByteString.CopyFrom(h.ToArray())));
        var trust = new Trust { Statement = statement.ToByteString() };
        trust.Signatures.AddRange(by.Select(b => ByteString.CopyFrom(b.Sign(TrustRecord.Purpose, statement.ToByteArray()))));
        if (refusedBesides is { } also)
        {
            trust.RevokedKeyHashes.Add(ByteString.CopyFrom(also.ToArray()));
        }

        return trust;
    }
}
