using System.Runtime.InteropServices;
using Cellway.Model.Devices;
using Cellway.Model.Identities;

namespace Cellway.Manager.View;

/// <summary>Users and their devices as they are now: one table that is changed in place, because a million records are too many to copy or to be objects.</summary>
/// <remarks>Written by the view's feed alone, read by everybody; each call is one moment.</remarks>
internal sealed class AccountTable
{
    private const int PageBits = 10;
    private const int PageSize = 1 << PageBits;
    private const int None = -1;
    private const int MaxPooled = 100_000; // people name their devices alike, but need not

    private readonly Lock _lock = new();
    private readonly List<Cell[]> _pages = [];
    private readonly Stack<int> _free = new();
    private readonly Dictionary<string, User> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _perCell = new(StringComparer.Ordinal);
    private readonly HashSet<string> _spent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _pool = new(StringComparer.Ordinal);
    private readonly SlotIndex _byId;
    private readonly SlotIndex _byToken;
    private readonly SlotIndex _byCredential;
    private readonly Func<int, string, bool> _hasId; // made once: a lookup allocates nothing
    private readonly Func<int, Hash256, bool> _hasToken;
    private readonly Func<int, Hash256, bool> _hasCredential;
    private int _slots;
    private int _devices;
    private int _limited;
    private int _known;

    public AccountTable()
    {
        _byId = new(slot => Slot(slot).Row.Id.GetHashCode(StringComparison.Ordinal));
        _byToken = new(slot => Slot(slot).Row.Token.GetHashCode());
        _byCredential = new(slot => Slot(slot).Row.Credential.GetHashCode());
        _hasId = (slot, wanted) => Slot(slot).Row.Id == wanted;
        _hasToken = (slot, wanted) => Slot(slot).Row.Token == wanted;
        _hasCredential = (slot, wanted) => Slot(slot).Row.Credential == wanted;
    }

    public int Devices
    {
        get
        {
            lock (_lock)
            {
                return _devices;
            }
        }
    }

    public int Users
    {
        get
        {
            lock (_lock)
            {
                return _known;
            }
        }
    }

    public DeviceRow? FindDevice(string id)
    {
        lock (_lock)
        {
            return RowAt(SlotOf(id));
        }
    }

    public DeviceRow? FindByToken(Hash256 token)
    {
        lock (_lock)
        {
            return RowAt(_byToken.Find(token.GetHashCode(), token, _hasToken));
        }
    }

    public DeviceRow? FindByCredential(Hash256 credential)
    {
        lock (_lock)
        {
            return RowAt(_byCredential.Find(credential.GetHashCode(), credential, _hasCredential));
        }
    }

    /// <summary>How many devices have limits that Cores are told.</summary>
    public int Limited
    {
        get
        {
            lock (_lock)
            {
                return _limited;
            }
        }
    }

    /// <summary>The device in a slot, if there is one, as it was put in: without what its user and its use make of it.</summary>
    public DeviceRow? StoredAt(int slot)
    {
        lock (_lock)
        {
            return slot < _slots && Slot(slot).Row is { Id: not null } row ? row : null;
        }
    }

    public UserRecord? FindUser(string id)
    {
        lock (_lock)
        {
            return _users.TryGetValue(id, out var user) && user.Known ? RecordOf(id, user) : null;
        }
    }

    /// <summary>From when on a user is refused; <see langword="null"/>: never, or there is no such user.</summary>
    public DateTimeOffset? ExpiryOf(string user)
    {
        lock (_lock)
        {
            return _users.TryGetValue(user, out var known) && known is { Known: true, ExpiresAtTicks: not 0 } ? new(known.ExpiresAtTicks, TimeSpan.Zero) : null;
        }
    }

    public int DevicesIn(string cell)
    {
        lock (_lock)
        {
            return _perCell.GetValueOrDefault(cell);
        }
    }

    public int DevicesOf(string user)
    {
        lock (_lock)
        {
            return _users.TryGetValue(user, out var known) ? known.Devices : 0;
        }
    }

    /// <summary>Every device; those that come or go meanwhile may be missing or not.</summary>
    public IEnumerable<(int Slot, DeviceRow Row)> AllDevices()
    {
        var page = new List<(int, DeviceRow)>(PageSize);
        for (var first = 0; ; first += PageSize)
        {
            lock (_lock)
            {
                if (first >= _slots)
                {
                    yield break;
                }

                page.Clear();
                for (var slot = first; slot < Math.Min(first + PageSize, _slots); slot++)
                {
                    if (RowAt(slot) is { } row)
                    {
                        page.Add((slot, row));
                    }
                }
            }

            foreach (var found in page)
            {
                yield return found;
            }
        }
    }

    public IReadOnlyList<(int Slot, DeviceRow Row)> AllDevicesOf(string user)
    {
        lock (_lock)
        {
            List<(int, DeviceRow)> found = [];
            for (var slot = _users.TryGetValue(user, out var known) ? known.First : None; slot != None; slot = Slot(slot).Next)
            {
                found.Add((slot, RowAt(slot)!.Value));
            }

            return found;
        }
    }

    public IReadOnlyList<UserRecord> AllUsers()
    {
        lock (_lock)
        {
            return [.. _users.Where(u => u.Value.Known).Select(u => RecordOf(u.Key, u.Value))];
        }
    }

    internal void SetUser(string id, UserRecord? record)
    {
        lock (_lock)
        {
            if (record is null && !_users.ContainsKey(id))
            {
                return;
            }

            ref var user = ref UserOf(id);
            _known += (record is null ? 0 : 1) - (user.Known ? 1 : 0);
            user.Known = record is not null;
            user.Disabled = record?.Disabled ?? false;
            user.Expired = record?.Expired ?? false;
            user.ExpiresAtTicks = record?.ExpiresAt?.UtcTicks ?? 0;
            user.CreatedAtTicks = record?.CreatedAt.UtcTicks ?? 0;
            if (!user.Known && user.Devices == 0)
            {
                _users.Remove(id);
            }
        }
    }

    /// <summary>Puts the device into the table, or takes it out.</summary>
    /// <returns>What that changed, or <see langword="null"/> when there was nothing to take out.</returns>
    internal RowChange? SetDevice(string id, DeviceRow? row)
    {
        lock (_lock)
        {
            var slot = SlotOf(id);
            var before = RowAt(slot);
            if (before is null && row is null)
            {
                return null;
            }

            if (before is not null)
            {
                TakeOut(slot);
            }
            else
            {
                slot = NewSlot();
            }

            if (row is { } now)
            {
                PutIn(slot, now);
            }
            else
            {
                _free.Push(slot);
            }

            return new(slot, before, RowAt(slot));
        }
    }

    /// <summary>Says whether the device has used up what it may; it need not be there yet.</summary>
    /// <returns>What that changed, if it is.</returns>
    internal RowChange? SetSpent(string id, bool spent)
    {
        lock (_lock)
        {
            var slot = SlotOf(id);
            var before = RowAt(slot);
            return (spent ? _spent.Add(id) : _spent.Remove(id)) && before is not null ? new(slot, before, RowAt(slot)) : null;
        }
    }

    private static UserRecord RecordOf(string id, User user) => new()
    {
        Id = id,
        Disabled = user.Disabled,
        Expired = user.Expired,
        ExpiresAt = user.ExpiresAtTicks == 0 ? null : new(user.ExpiresAtTicks, TimeSpan.Zero),
        CreatedAt = new(user.CreatedAtTicks, TimeSpan.Zero),
    };

    private ref Cell Slot(int slot) => ref _pages[slot >> PageBits][slot & (PageSize - 1)];

    private int SlotOf(string id) => _byId.Find(id.GetHashCode(StringComparison.Ordinal), id, _hasId);

    private DeviceRow? RowAt(int slot)
    {
        if (slot == None || Slot(slot).Row is not { Id: not null } row)
        {
            return null;
        }

        return row with
        {
            UserAllowed = _users.TryGetValue(row.User, out var user) && user is { Known: true, Disabled: false, Expired: false },
            Spent = _spent.Count > 0 && _spent.Contains(row.Id),
        };
    }

    private int NewSlot()
    {
        if (_free.TryPop(out var slot))
        {
            return slot;
        }

        if (_slots == _pages.Count * PageSize)
        {
            _pages.Add(new Cell[PageSize]);
        }

        return _slots++;
    }

    private void PutIn(int slot, DeviceRow row)
    {
        ref var user = ref UserOf(row.User);
        ref var cell = ref Slot(slot);
        cell.Row = row with { User = user.Id, Name = Pooled(row.Name), Cell = Pooled(row.Cell), PinnedCore = row.PinnedCore is null ? null : Pooled(row.PinnedCore) };
        (cell.Next, cell.Previous) = (user.First, None);
        if (user.First != None)
        {
            Slot(user.First).Previous = slot;
        }

        user.First = slot;
        user.Devices++;
        _byId.Add(slot);
        _byToken.Add(slot);
        _byCredential.Add(slot);
        CollectionsMarshal.GetValueRefOrAddDefault(_perCell, cell.Row.Cell, out _)++;
        _devices++;
        _limited += cell.Row.IsLimited ? 1 : 0;
    }

    private void TakeOut(int slot)
    {
        _byId.Remove(slot);
        _byToken.Remove(slot);
        _byCredential.Remove(slot);
        ref var cell = ref Slot(slot);
        ref var user = ref UserOf(cell.Row.User);
        if (cell.Previous == None)
        {
            user.First = cell.Next;
        }
        else
        {
            Slot(cell.Previous).Next = cell.Next;
        }

        if (cell.Next != None)
        {
            Slot(cell.Next).Previous = cell.Previous;
        }

        if (--user.Devices == 0 && !user.Known)
        {
            _users.Remove(cell.Row.User);
        }

        if (--CollectionsMarshal.GetValueRefOrAddDefault(_perCell, cell.Row.Cell, out _) == 0)
        {
            _perCell.Remove(cell.Row.Cell);
        }

        _limited -= cell.Row.IsLimited ? 1 : 0;
        cell = default;
        _devices--;
    }

    private ref User UserOf(string id)
    {
        ref var user = ref CollectionsMarshal.GetValueRefOrAddDefault(_users, id, out var exists);
        if (!exists)
        {
            (user.Id, user.First) = (id, None);
        }

        return ref user;
    }

    private string Pooled(string text)
    {
        if (_pool.TryGetValue(text, out var pooled))
        {
            return pooled;
        }

        return _pool.Count < MaxPooled ? _pool[text] = text : text;
    }

    private struct Cell
    {
        public DeviceRow Row;
        public int Next; // of the same user
        public int Previous;
    }

    private struct User
    {
        public string Id;
        public long CreatedAtTicks;
        public int First;
        public int Devices;
        public bool Known;
        public bool Disabled;
        public bool Expired;
        public long ExpiresAtTicks; // 0: never
    }
}
