namespace Cellway.Manager.View;

/// <summary>Finds slots of a table by a hash of what is in them: four bytes for a slot and no object. Open addressing, linear probing.</summary>
/// <param name="hashOf">The hash of what a slot holds now.</param>
internal sealed class SlotIndex(Func<int, int> hashOf)
{
    private int[] _slots = new int[16]; // a slot's number plus one; 0 is free
    private int _count;

    /// <summary>The first slot of that hash for which <paramref name="matches"/>; -1 when there is none.</summary>
    public int Find<TKey>(int hash, TKey key, Func<int, TKey, bool> matches)
    {
        var mask = _slots.Length - 1;
        for (var i = Spread(hash) & mask; _slots[i] != 0; i = (i + 1) & mask)
        {
            if (matches(_slots[i] - 1, key))
            {
                return _slots[i] - 1;
            }
        }

        return -1;
    }

    /// <summary>Adds a slot that holds its content already.</summary>
    public void Add(int slot)
    {
        if ((_count + 1) * 4L > _slots.Length * 3L)
        {
            Grow();
        }

        Place(slot);
        _count++;
    }

    /// <summary>Takes out a slot that still holds its content.</summary>
    public void Remove(int slot)
    {
        var mask = _slots.Length - 1;
        var hole = Spread(hashOf(slot)) & mask;
        while (_slots[hole] != slot + 1)
        {
            if (_slots[hole] == 0)
            {
                return;
            }

            hole = (hole + 1) & mask;
        }

        // Whoever sits behind the hole because its own place was taken moves up: no tombstones.
        for (var i = (hole + 1) & mask; _slots[i] != 0; i = (i + 1) & mask)
        {
            var home = Spread(hashOf(_slots[i] - 1)) & mask;
            if (((i - home) & mask) >= ((i - hole) & mask))
            {
                _slots[hole] = _slots[i];
                hole = i;
            }
        }

        _slots[hole] = 0;
        _count--;
    }

    private static int Spread(int hash) => (int)(((uint)hash * 0x9E3779B9u) >> 3); // the low bits of a hash alone may be poor

    private void Place(int slot)
    {
        var mask = _slots.Length - 1;
        var i = Spread(hashOf(slot)) & mask;
        while (_slots[i] != 0)
        {
            i = (i + 1) & mask;
        }

        _slots[i] = slot + 1;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new int[old.Length * 2];
        foreach (var slot in old)
        {
            if (slot != 0)
            {
                Place(slot - 1);
            }
        }
    }
}
