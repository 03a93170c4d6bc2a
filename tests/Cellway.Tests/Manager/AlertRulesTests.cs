using Cellway.Manager.Alerts;
using Cellway.Model.Backups;
using Cellway.Model.Certificates;
using Cellway.Pki.Issuing;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager;

/// <summary>Whatever is about to expire is said in time, the root first.</summary>
public sealed class AlertRulesTests
{
    private static readonly RootAuthority s_root = RootAuthority.Create(new FakeTimeProvider(Samples.Now));

    [Theory]
    [InlineData(3651, null)]
    [InlineData(364, false)]
    [InlineData(89, true)]
    public void Root_BeforeItsEnd_IsSaidAYearAhead(int daysLeft, bool? urgent)
    {
        var end = new DateTimeOffset(s_root.Certificate.NotAfter.ToUniversalTime());

        var alerts = AlertRules.Of(Samples.View(Root()), [], end.AddDays(-daysLeft));

        Assert.Equal(urgent, alerts.FirstOrDefault(a => a.Id == "root-ends/1")?.IsUrgent);
    }

    [Theory]
    [InlineData(6, null, "")]
    [InlineData(7, null, "backup-late")]
    [InlineData(1, "the disk is full", "backup-failed/n-2.backup")]
    public void Backup_LateOrFailed_IsSaid(int hoursLater, string? error, string says)
    {
        var good = new BackupRecord { Name = "n-1.backup", At = Samples.Now, NextBy = Samples.Now.AddHours(6), Hash = "ab", Destinations = ["/b"] };
        object[] records = error is null ? [Root(), good] : [Root(), good, good with { Name = "n-2.backup", Error = error }];

        var alerts = AlertRules.Of(Samples.View(records), [], Samples.Now.AddHours(hoursLater));

        Assert.Equal(says, string.Join(' ', alerts.Select(a => a.Id).Where(id => id.StartsWith("backup", StringComparison.Ordinal))));
    }

    [Fact]
    public void Everything_AboutToEnd_RootFirst_EachSaysWhatToDo()
    {
        var end = new DateTimeOffset(s_root.Certificate.NotAfter.ToUniversalTime());
        var now = end.AddDays(-1);
        var cell = Samples.Cell() with
        {
            EntryCertificate = Samples.Cell().EntryCertificate with { NotAfter = now.AddDays(20) },
            ExitCertificate = Samples.Cell().ExitCertificate with { NotAfter = now.AddDays(-1) },
        };
        var node = Samples.Node("core-1") with { EnrolledAt = now.AddDays(-89), CertificateNotAfter = now.AddDays(1) };
        var operators = new[] { Operator("carol", now.AddDays(29)), Operator("dave", now.AddDays(300)), Operator("eve", now.AddDays(1)) with { RevokedAt = now } };

        var alerts = AlertRules.Of(Samples.View(Root(), cell, node), operators, now);

        Assert.Equal(["root-ends/1", "operator-ends/carol", "web-ends/north/entry", "web-ends/north/exit", "node-ends/core-1"], alerts.Select(a => a.Id));
        Assert.All(alerts, a => Assert.DoesNotContain('\n', a.Message));
        Assert.Contains("has ended", alerts[3].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(90, 6, false)] // renews a week before
    [InlineData(90, 3, true)]
    public void Node_ThatDoesNotRenew_IsSaidOnceItShouldHave(int life, int left, bool said)
    {
        var node = Samples.Node("core-1") with { EnrolledAt = Samples.Now, CertificateNotAfter = Samples.Now.AddDays(life) };

        Assert.Equal(said, AlertRules.Of(Samples.View(Root(), node), [], Samples.Now.AddDays(life - left)).Any(a => a.Id == "node-ends/core-1"));
    }

    [Fact]
    public void Nothing_AboutToEnd_NothingIsSaid() =>
        Assert.Empty(AlertRules.Of(Samples.View(Root()), [Operator("carol", Samples.Now.AddDays(100))], Samples.Now));

    private static AuthorityRecord Root() => new() { Generation = 1, Certificate = s_root.Certificate.RawData, SealedKey = [], Signs = true, CreatedAt = Samples.Now };

    private static CertificateRecord Operator(string id, DateTimeOffset end) => new()
    {
        Serial = id, Identity = $"cellway://testnet/operator/{id}", KeyHash = "", Der = [], IssuedAt = Samples.Now, NotAfter = end,
    };
}
