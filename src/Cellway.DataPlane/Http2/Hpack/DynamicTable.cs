namespace Cellway.DataPlane.Http2.Hpack;

/// <summary>The decoder's dynamic table: entries newest first, evicted from the oldest. RFC 7541 sections 2.3.2 and 4.</summary>
/// <remarks>Bytes live in one array, twice the table's size, compacted when its end is reached. Nothing is allocated before the first insert.</remarks>
internal sealed class DynamicTable
{
    /// <summary>What each entry costs besides its bytes (RFC 7541 section 4.1).</summary>
    public const int EntryOverhead = 32;

    private readonly record struct Entry(int Start, int NameLength, int ValueLength)
    {
        public int Size => NameLength + ValueLength + EntryOverhead;
    }

    private readonly int _capacity;
    private Entry[] _entries = [];
    private byte[] _bytes = [];
    private int _first; // ring position of the oldest entry
    private int _end; // where the next entry's bytes go

    /// <param name="capacity">What we announced as SETTINGS_HEADER_TABLE_SIZE: the largest size the peer may choose.</param>
    public DynamicTable(int capacity)
    {
        _capacity = capacity;
        MaxSize = capacity;
    }

    /// <summary>The number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>The size as the RFC counts it, in bytes.</summary>
    public int Size { get; private set; }

    /// <summary>The limit the peer's encoder chose.</summary>
    public int MaxSize { get; private set; }

    /// <summary>Applies a size update; false when it exceeds what we announced.</summary>
    public bool TryResize(int size)
    {
        if (size > _capacity)
        {
            return false;
        }

        MaxSize = size;
        EvictTo(size);
        return true;
    }

    /// <summary>The entry at <paramref name="index"/>, 0 being the newest.</summary>
    public void Get(int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        ref readonly var entry = ref _entries[(_first + Count - 1 - index) % _entries.Length];
        name = _bytes.AsSpan(entry.Start, entry.NameLength);
        value = _bytes.AsSpan(entry.Start + entry.NameLength, entry.ValueLength);
    }

    /// <summary>Inserts an entry, evicting as needed. One that is larger than the table empties it. The spans must not point into the table.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var length = name.Length + value.Length;
        if (length + EntryOverhead > MaxSize)
        {
            EvictTo(0);
            return;
        }

        EvictTo(MaxSize - length - EntryOverhead);
        MakeRoom(length);
        name.CopyTo(_bytes.AsSpan(_end));
        value.CopyTo(_bytes.AsSpan(_end + name.Length));
        _entries[(_first + Count) % _entries.Length] = new(_end, name.Length, value.Length);
        _end += length;
        Count++;
        Size += length + EntryOverhead;
    }

    private void EvictTo(int size)
    {
        while (Size > size)
        {
            Size -= _entries[_first].Size;
            _first = (_first + 1) % _entries.Length;
            Count--;
        }
    }

    private void MakeRoom(int length)
    {
        if (_entries.Length == 0)
        {
            _entries = new Entry[(_capacity / EntryOverhead) + 1];
            _bytes = new byte[Math.Min(512, _capacity * 2)];
        }

        if (_end + length <= _bytes.Length)
        {
            return;
        }

        // Most connections insert a handful of short fields: grow by need, never past twice the table.
        var live = Size - (Count * EntryOverhead);
        var target = live + length <= _bytes.Length / 2 ? _bytes : new byte[Math.Min(_capacity * 2, (live + length) * 2)];
        var to = 0;
        for (var i = 0; i < Count; i++)
        {
            ref var entry = ref _entries[(_first + i) % _entries.Length];
            var size = entry.NameLength + entry.ValueLength;
            _bytes.AsSpan(entry.Start, size).CopyTo(target.AsSpan(to));
            entry = entry with { Start = to };
            to += size;
        }

        _bytes = target;
        _end = to;
    }
}
