using Cellway.Manager.View;
using Cellway.Model.Devices;
using Cellway.Model.Usage;
using CsCheck;

namespace Cellway.Tests.Manager;

public sealed class UsageTableTests
{
    private static readonly UsagePeriod March = new(new(2026, 3, 1));

    [Fact]
    public void Set_AnyHistory_EqualsTheSumOfWhatIsThere()
    {
        var bytes = Gen.Select(Gen.Int[0, 5], Gen.Bool, Gen.Int[0, 1000], Gen.Int[0, 1000]);
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Bool, bytes.List[0, 4]).List[0, 60].Sample(history =>
        {
            var table = new UsageTable();
            var model = new Dictionary<string, UsagePageRecord>(StringComparer.Ordinal);
            var newest = default(UsagePeriod);
            foreach (var (core, month, gone, lines) in history)
            {
                var record = new UsagePageRecord
                {
                    Core = $"core-{core}",
                    Participant = $"p{core % 2}",
                    Period = March.Start.AddMonths(month),
                    Bytes = new()
                    {
                        Home = lines.Where(l => !l.Item2).DistinctBy(l => l.Item1).ToDictionary(l => $"d{l.Item1}", l => new TrafficBytes(l.Item3, l.Item4)),
                        Lent = lines.Where(l => l.Item2).DistinctBy(l => l.Item1).ToDictionary(l => $"d{l.Item1}", l => new TrafficBytes(l.Item3, l.Item4)),
                    },
                };
                var path = $"usage-pages/{record.Period}/{record.Core}/all";
                table.Set(path, gone ? null : record, new());
                model.Remove(path);
                if (!gone)
                {
                    model.Add(path, record);
                    newest = new UsagePeriod(record.Period) is var period && period > newest ? period : newest;
                }
            }

            for (var month = 0; month < 3; month++)
            {
                var period = new UsagePeriod(March.Start.AddMonths(month));
                var there = period < newest.Previous ? [] : model.Values.Where(r => r.Period == period.Start).ToList();
                for (var i = 0; i < 6; i++)
                {
                    Assert.Equal(Sum(there, r => [r.Bytes.Home.GetValueOrDefault($"d{i}"), r.Bytes.Lent.GetValueOrDefault($"d{i}")]), table.OfDevice($"d{i}", period));
                }

                for (var i = 0; i < 4; i++)
                {
                    var own = there.Where(r => r.Core == $"core-{i}").ToList();
                    Assert.Equal(Sum(own, r => [.. r.Bytes.Home.Values, .. r.Bytes.Lent.Values]), table.OfCore($"core-{i}", period));
                    Assert.Equal(Sum(own, r => r.Bytes.Lent.Values), table.LentByCore($"core-{i}", period));
                }

                for (var i = 0; i < 2; i++)
                {
                    var own = there.Where(r => r.Participant == $"p{i}").ToList();
                    Assert.Equal(Sum(own, r => [.. r.Bytes.Home.Values, .. r.Bytes.Lent.Values]), table.OfParticipant($"p{i}", period));
                    Assert.Equal(Sum(own, r => r.Bytes.Lent.Values), table.LentBy($"p{i}", period));
                }
            }
        });
    }

    [Fact]
    public void View_UsageAndItsPages_AddUp()
    {
        var view = Samples.View(Samples.Usage("core-1"), Samples.UsagePage("core-1", March.Start), Samples.UsagePage("core-2", March.Start));

        Assert.Equal(new(3, 60), view.Usage.OfDevice("d1", March));
        Assert.Equal(new(900, 12000), view.Usage.OfDevice("d2", March));
        Assert.Equal(new(602, 8040), view.Usage.OfCore("core-1", March));
        Assert.Equal(new(900, 12000), view.Usage.LentBy("alice", March));
        Assert.Equal(default, view.Usage.OfDevice("d1", March.Previous));
    }

    [Fact]
    public void RemainingOf_Reserve_IsWhatHasNotBeenLentThisPeriod()
    {
        var view = Samples.View(Samples.Participant() with { ReserveBytesPerMonth = 5000 }, Samples.Usage("core-1"));

        Assert.Equal(700, ReserveLedger.RemainingOf(view, "alice", Samples.Now));
        Assert.Equal(5000, ReserveLedger.RemainingOf(view, "alice", Samples.Now.AddMonths(1)));
        Assert.Equal(0, ReserveLedger.RemainingOf(view, "nobody", Samples.Now));
        Assert.True(ReserveLedger.Lends(view, "alice"));

        var spent = new SpentReserveRecord { Participant = "alice", Period = March.Start, At = Samples.Now };
        view = view.Apply(Samples.Keys, new(2, [new(Samples.Entry(spent).Key, Samples.Entry(spent))]), out var changes);

        Assert.False(ReserveLedger.Lends(view, "alice"));
        Assert.Equal("alice", Assert.Single(changes.Participants));
    }

    [Fact]
    public void Spent_DeviceWithARecord_IsRefusedUntilTheRecordGoes()
    {
        var spent = new SpentDeviceRecord { Device = "d1", Period = March.Start, At = Samples.Now };
        var view = Samples.View(Samples.Cell(), Samples.User(), Samples.Device("d1") with { BytesPerMonth = 10 }, spent);
        Assert.True(DeviceQuota.Of(view, view.Accounts.FindDevice("d1")!.Value, Samples.Now).Spent);

        view.Apply(Samples.Keys, new(2, [new(Samples.Entry(spent).Key, null)]), out var changes);

        Assert.Equal((true, false), (Assert.Single(changes.Devices).Before!.Value.Spent, changes.Devices[0].After!.Value.Spent));
        Assert.False(view.Accounts.FindDevice("d1")!.Value.Spent);
    }

    [Fact]
    public void DeviceNumber_OfAnId_LeadsBackToIt() => Gen.Const(0).Sample(_ =>
    {
        var id = Cellway.Model.Identities.Names.NewId();
        Span<byte> bytes = stackalloc byte[DeviceNumber.Length];
        DeviceNumber.Of(id).CopyTo(bytes);
        Assert.Equal(id, DeviceNumber.Of(id).ToString());
        Assert.Equal(DeviceNumber.Of(id), DeviceNumber.Read(bytes));
        Assert.NotEqual(DeviceNumber.Of("d1"), DeviceNumber.Of("d2"));
    });

    private static TrafficBytes Sum(IEnumerable<UsagePageRecord> records, Func<UsagePageRecord, IEnumerable<TrafficBytes>> of) =>
        records.SelectMany(of).Aggregate(default(TrafficBytes), (sum, bytes) => sum + bytes);
}
