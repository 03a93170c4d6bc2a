using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Cellway.Manager.Backups;

/// <summary>Whether devices are found by what should lead to them, and have users. It keeps 8 bytes of each name's hash, so that a million take little room.</summary>
/// <remarks>What leads to a device comes before the device does, and users come after, as the state sorts its keys.</remarks>
internal sealed class DeviceReferences(int devices)
{
    private readonly Dictionary<ulong, ulong> _leading = new(devices);
    private readonly HashSet<ulong> _users = [];

    /// <summary>How many devices the keys that were added lead to in vain, once all that there are have been resolved.</summary>
    public int MissingDevices => _leading.Count;

    /// <summary>How many users have devices and are not described, once all users have been told.</summary>
    public int MissingUsers => _users.Count;

    /// <summary>A key that leads to a device.</summary>
    public void Add(string key, string device)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_leading, Short(device), out _);
        sum += Short(key);
    }

    /// <summary>Whether these keys, and no others, lead to the device.</summary>
    public bool Resolve(string device, string user, params ReadOnlySpan<string> keys)
    {
        _users.Add(Short(user));
        var found = _leading.Remove(Short(device), out var sum);
        foreach (var key in keys)
        {
            sum -= Short(key);
        }

        return found && sum == 0;
    }

    /// <summary>A user who is described.</summary>
    public void AddUser(string user) => _users.Remove(Short(user));

    /// <summary>Whether a user has devices and has not been told of.</summary>
    public bool IsMissing(string user) => _users.Contains(Short(user));

    private static ulong Short(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
