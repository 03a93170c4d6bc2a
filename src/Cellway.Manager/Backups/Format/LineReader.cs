namespace Cellway.Manager.Backups.Format;

/// <summary>Reads lines of bytes.</summary>
internal sealed class LineReader(Stream stream)
{
    private byte[] _buffer = new byte[256 * 1024];
    private int _begin;
    private int _end;

    /// <param name="line">The next line without its end; valid until the next call.</param>
    /// <returns><see langword="false"/> at the end, if nothing stands after the last line.</returns>
    /// <exception cref="BackupException">The last line has no end, or one is longer than any.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var length = _buffer.AsSpan(_begin + searched, _end - _begin - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = _buffer.AsSpan(_begin, searched + length);
                _begin += searched + length + 1;
                return true;
            }

            searched = _end - _begin;
            if (searched > BackupLines.MaxLength)
            {
                throw BackupException.Damaged();
            }

            if (!Fill())
            {
                line = default;
                return searched == 0 ? false : throw BackupException.Damaged();
            }
        }
    }

    private bool Fill()
    {
        var held = _end - _begin;
        if (held == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        else
        {
            _buffer.AsSpan(_begin, held).CopyTo(_buffer);
            (_begin, _end) = (0, held);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
