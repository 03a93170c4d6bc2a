namespace Cellway.DataPlane.Relay;

/// <summary>Follows record borders through a TLS byte stream, so that SslStream is given one record at a time.</summary>
/// <remarks>
/// Given more, SslStream keeps the beginning of the next record in a buffer of its own, and nobody outside can tell any more
/// whether a read would complete at once.
/// </remarks>
internal struct TlsRecordCursor
{
    private const int HeaderSize = 5;

    private int _headerSeen;
    private int _length; // of the record, as far as its header was seen
    private int _left; // of the record's body; valid once the header was seen

    /// <summary>Whether the current record ends within <paramref name="bytes"/>.</summary>
    public readonly bool EndsWithin(ReadOnlySpan<byte> bytes)
    {
        var copy = this;
        var taken = copy.Take(bytes);
        return taken > 0 && copy is { _headerSeen: 0 };
    }

    /// <summary>Advances over the bytes up to the end of the current record, at most all of them.</summary>
    /// <returns>How many.</returns>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        for (; _headerSeen < HeaderSize; taken++)
        {
            if (taken == bytes.Length)
            {
                return taken;
            }

            _length = _headerSeen >= 3 ? (_length << 8) | bytes[taken] : 0;
            if (++_headerSeen == HeaderSize)
            {
                _left = _length;
            }
        }

        var body = Math.Min(_left, bytes.Length - taken);
        _left -= body;
        if (_left == 0)
        {
            _headerSeen = 0;
        }

        return taken + body;
    }
}
