using Cellway.Testing.Histories;
using Span = Cellway.Testing.Histories.Span;

namespace Cellway.Tests.Histories;

/// <summary>The judge of the fault suite can say guilty: every kind of violation, made by hand, is found, and what may happen is let pass.</summary>
public sealed class HistoryCheckerTests
{
    private const string Phone = "device phone";

    /// <summary>A device made, re-issued, disabled and enabled; a token raced for; two terms; a watch that saw it all.</summary>
    private static readonly History Good = new()
    {
        Writes =
        [
            Write(Phone, "credential 1", 10, 20),
            Write(Phone, "credential 2", 30, 40, "b"),
            Write(Phone, Facts.Disabled, 50, 60),
            Write(Phone, Facts.Enabled, 70, 80),
            Write(Phone, null, 85, 99, outcome: Outcome.Unknown),
            Write("token t", Facts.Made, 11, 21),
            Write("token u", Facts.Made, 11, 99, outcome: Outcome.Unknown),
        ],
        Enrollments = [Enroll("key1", "n1", 22, 30), Enroll("key2", null, 22, 31, Outcome.Refused), Enroll("key1", "n1", 40, 41)],
        Lookups = [Lookup("credential 1", 21, 25, true), Lookup("credential 1", 41, 42, true, "c"), Lookup("credential 2", 81, 82, true), Lookup("credential 2", 55, 56, false)],
        Admissions = [new("n1", "b", new(31, 32), true), new("n1", "c", new(33, 34), null), new("n1", "c", new(1, 2), false)],
        Leading = [new("a", 2), new("a", 2, Facts.Endpoint("x:1"), Facts.Gone), new("b", 9), new("b", 9, Facts.Endpoint("y:1"), Facts.Gone)],
        Facts =
        [
            new(2, Facts.Leader, "ra"), new(3, Phone, "credential 1"), new(4, "token t", Facts.Made),
            new(5, Facts.Spending("t"), "n1 key1"), new(5, Facts.Node("n1"), "key1"), new(6, Phone, "credential 2"),
            new(7, Facts.Endpoint("x:1"), Facts.Gone), new(8, Facts.Leader, ""), new(9, Facts.Leader, "rb"),
            new(10, Facts.Endpoint("y:1"), Facts.Gone), new(11, Phone, Facts.Disabled), new(12, Phone, Facts.Enabled), new(13, Phone, "credential lost"),
        ],
        Changes = [new(2, "l", "1"), new(3, "d", "1"), new(3, "e", "1"), new(4, "d", "")],
        Watches = [new("w", 3, 4, [new(3, "d", "1"), new(3, "e", "1"), new(4, "d", "")])],
    };

    [Fact]
    public void Check_GoodHistory_FindsNothing() => Assert.Empty(HistoryChecker.Check(Good));

    [Fact]
    public void Check_AcknowledgedWriteIsNotInTheStore_Found() => Finds("acknowledged write is lost", Good with { Facts = Without(6) });

    [Fact]
    public void Check_UnknownWriteIsNotInTheStore_MayBe() => Assert.Empty(HistoryChecker.Check(Good with { Facts = Without(13) }));

    [Fact]
    public void Check_WriteHappenedTwice_Found() => Finds("happened 2 times", Good with { Facts = [.. Good.Facts, new(20, Phone, "credential 2")] });

    [Fact]
    public void Check_UnknownWriteHappenedTwice_Found() =>
        Finds("happened 2 times", Good with { Facts = [.. Good.Facts, new(20, "token u", Facts.Made), new(21, "token u", Facts.Made)] });

    [Fact]
    public void Check_RefusedWriteHappened_Found() =>
        Finds("refused write has happened", Good with { Writes = [.. Good.Writes, Write("token v", Facts.Made, 1, 2, outcome: Outcome.Refused)], Facts = [.. Good.Facts, new(20, "token v", Facts.Made)] });

    [Fact]
    public void Check_ChangeNobodyAskedFor_Found() => Finds("Nobody asked", Good with { Facts = [.. Good.Facts, new(20, Phone, "credential from nowhere")] });

    [Fact]
    public void Check_LaterWriteIsOlder_Found() =>
        Finds("later write is older", Good with { Facts = [.. Without(6), new(1, Phone, "credential 2")] });

    [Fact]
    public void Check_LaterWriteOfAnotherSubjectIsOlder_Found() =>
        Finds("later write is older", Good with { Writes = [.. Good.Writes, Write("token v", Facts.Made, 90, 91)], Facts = [new(1, "token v", Facts.Made), .. Good.Facts] });

    [Fact]
    public void Check_TokenSpentTwice_Found() =>
        Finds("spent 2 times", Good with { Facts = [.. Good.Facts, new(20, Facts.Spending("t"), "n2 key2"), new(20, Facts.Node("n2"), "key2")] });

    [Fact]
    public void Check_TokenSpentWithoutItsNode_Found() => Finds("did not come to be with it", Good with { Facts = [.. Good.Facts.Where(f => f.Subject != Facts.Node("n1"))] });

    [Fact]
    public void Check_TokenSpentBeforeItsNode_Found() =>
        Finds("did not come to be with it", Good with { Facts = [.. Good.Facts.Where(f => f.Subject != Facts.Node("n1")), new(20, Facts.Node("n1"), "key1")] });

    [Fact]
    public void Check_TwoHaveCertificatesOfOneToken_Found() =>
        Finds("that another spent", Good with { Enrollments = [.. Good.Enrollments, Enroll("key2", "n2", 50, 51)] });

    [Fact]
    public void Check_OneKeyGotTwoNodes_Found() =>
        Finds("that another spent", Good with { Enrollments = [.. Good.Enrollments, Enroll("key1", "n2", 50, 51)] });

    [Fact]
    public void Check_AcknowledgedEnrollmentIsNotInTheStore_Found() => Finds("acknowledged enrollment is lost", Good with { Facts = Without(5) });

    [Fact]
    public void Check_GoodTokenWasRefused_Found() =>
        Finds("refused and never spent", Good with { Enrollments = [Enroll("key2", null, 22, 31, Outcome.Refused)], Facts = Without(5) });

    [Fact]
    public void Check_EnrolledNodeIsNotBelieved_Found() =>
        Finds("not believed", Good with { Admissions = [new("n1", "b", new(31, 32), false)] });

    [Fact]
    public void Check_Surprise_Found() => Finds("500", Good with { Surprises = ["somebody answered 500"] });

    [Fact]
    public void Check_MadeDeviceIsUnknownElsewhere_Found() =>
        Finds("is unknown", Good with { Lookups = [Lookup("credential 1", 21, 25, false, "c")] });

    [Theory]
    [InlineData(15, 25)] // it began before the making was acknowledged
    [InlineData(21, 31)] // and ended after the re-issue had been asked for
    public void Check_DeviceIsUnknownWhileItsWritesAreUnderWay_MayBe(long began, long ended) =>
        Assert.Empty(HistoryChecker.Check(Good with { Lookups = [Lookup("credential 1", began, ended, false, "c")] }));

    [Theory]
    [InlineData("credential 1", "b")] // re-issued there
    [InlineData("credential 2", "a")] // disabled there
    public void Check_ReplicaAnswersForWhatItHasEnded_Found(string credential, string replica) =>
        Finds("ended itself", Good with { Lookups = [Lookup(credential, 65, 66, true, replica)] });

    [Fact]
    public void Check_LeaderWhileAnotherIs_Found() => Finds("while another was", Good with { Facts = Without(8) });

    [Fact]
    public void Check_TwoReplicasInOneTerm_Found() => Finds("lead in term 9", Good with { Leading = [.. Good.Leading, new("c", 9)] });

    [Fact]
    public void Check_TermThatNeverBegan_Found() => Finds("never began", Good with { Leading = [.. Good.Leading, new("c", 8)] });

    [Fact]
    public void Check_DeposedLeaderActed_Found() =>
        Finds("outside of its term", Good with { Leading = [new("a", 2), new("a", 2, Facts.Endpoint("y:1"), Facts.Gone), new("b", 9)] });

    [Fact]
    public void Check_WorkDoneByTwoTerms_Found() => Finds("claim the same work", Good with { Leading = [.. Good.Leading, new("b", 9, Facts.Endpoint("x:1"), Facts.Gone)] });

    [Fact]
    public void Check_WorkClaimedAndNotDone_Found() => Finds("happened 0 times", Good with { Facts = Without(10) });

    [Theory]
    [InlineData("missed", new[] { 0, 2 })]
    [InlineData("twice", new[] { 0, 0, 1, 2 })]
    [InlineData("out of order", new[] { 1, 0, 2 })]
    [InlineData("ended early", new[] { 0, 1 })]
    public void Check_WatchSawChanges_Found(string _, int[] seen)
    {
        var watch = Good.Watches[0];
        Finds("differs from the store", Good with { Watches = [watch with { Changes = [.. seen.Select(i => watch.Changes[i])] }] });
    }

    [Fact]
    public void Check_WatchSawAnotherValue_Found() =>
        Finds("differs from the store", Good with { Watches = [Good.Watches[0] with { Changes = [new(3, "d", "2"), .. Good.Watches[0].Changes.Skip(1)] }] });

    private static WriteOperation Write(string subject, string? value, long began, long ended, string replica = "a", Outcome outcome = Outcome.Done) =>
        new(subject, value, replica, new Span(began, ended), outcome);

    private static EnrollOperation Enroll(string key, string? node, long began, long ended, Outcome outcome = Outcome.Done) =>
        new("t", key, node, "a", new Span(began, ended), outcome);

    private static LookupOperation Lookup(string credential, long began, long ended, bool known, string replica = "a") =>
        new(Phone, credential, replica, new Span(began, ended), known);

    private static StoredFact[] Without(long revision) => [.. Good.Facts.Where(f => f.Revision != revision)];

    private static void Finds(string violation, History history) =>
        Assert.Contains(HistoryChecker.Check(history), v => v.Contains(violation, StringComparison.Ordinal));
}
