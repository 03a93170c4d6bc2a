using Cellway.Manager.View;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using CsCheck;

namespace Cellway.Tests.Manager;

public sealed class AccountTableTests
{
    [Fact]
    public void Set_AnyHistory_EqualsADictionary()
    {
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 3], Gen.Int[0, 2]).List[0, 400].Sample(history =>
        {
            var table = new AccountTable();
            var model = new Dictionary<string, DeviceRecord>(StringComparer.Ordinal);
            foreach (var (number, user, version) in history)
            {
                var id = $"d{number}";
                var record = version == 0 ? null : Samples.Device(id, user: $"u{user}") with { TokenHash = Samples.HashOf($"{id} {version}") };
                var change = table.SetDevice(id, record is null ? null : DeviceRow.Of(record));
                Assert.Equal(model.GetValueOrDefault(id), change?.Before?.ToRecord());
                model.Remove(id);
                if (record is not null)
                {
                    model.Add(id, record);
                }
            }

            Assert.Equal(model.Count, table.Devices);
            Assert.Equal(model.Values.OrderBy(d => d.Id, StringComparer.Ordinal), table.AllDevices().Select(d => d.Row.ToRecord()).OrderBy(d => d.Id, StringComparer.Ordinal));
            foreach (var device in model.Values)
            {
                Assert.Equal(device, table.FindDevice(device.Id)!.Value.ToRecord());
                Assert.Equal(device, table.FindByToken(Hash256.Parse(device.TokenHash))!.Value.ToRecord());
                Assert.Equal(device, table.FindByCredential(Hash256.Parse(device.CredentialHash))!.Value.ToRecord());
            }

            foreach (var user in Enumerable.Range(0, 4).Select(i => $"u{i}"))
            {
                var own = model.Values.Where(d => d.User == user).Select(d => d.Id).Order(StringComparer.Ordinal).ToList();
                Assert.Equal(own, table.AllDevicesOf(user).Select(d => d.Row.Id).Order(StringComparer.Ordinal));
                Assert.Equal(own.Count, table.DevicesOf(user));
            }

            Assert.Equal(model.Count, table.DevicesIn("north"));
            Assert.Equal(0, table.Users);
        });
    }

    [Fact]
    public void UserAllowed_UserComesGoesOrIsRefused_DevicesFollow()
    {
        var table = new AccountTable();
        table.SetDevice("d1", DeviceRow.Of(Samples.Device("d1")));
        Assert.False(table.FindDevice("d1")!.Value.UserAllowed);
        table.SetUser("bob", Samples.User());
        Assert.True(table.FindDevice("d1")!.Value.UserAllowed);
        table.SetUser("bob", Samples.User(disabled: true));
        Assert.False(table.FindDevice("d1")!.Value.UserAllowed);
        table.SetUser("bob", null);
        Assert.False(table.FindDevice("d1")!.Value.UserAllowed);
        Assert.Equal((1, 0), (table.Devices, table.Users));
    }
}
