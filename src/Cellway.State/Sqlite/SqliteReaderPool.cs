using Microsoft.Data.Sqlite;

namespace Cellway.State.Sqlite;

/// <summary>As many reading connections as there are threads reading at once, a few of them kept.</summary>
internal sealed class SqliteReaderPool(string path, Func<SqliteReader> open) : IAsyncDisposable
{
    private const int MaxIdle = 8;

    private readonly Lock _gate = new();
    private readonly Stack<SqliteReader> _idle = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _busy;
    private bool _closed;

    /// <exception cref="Model.State.StateUnavailableException">SQLite could not read.</exception>
    public T Read<T>(Func<SqliteReader, T> read)
    {
        var reader = Take();
        var usable = false;
        try
        {
            reader ??= open();
            var result = read(reader);
            usable = true;
            return result;
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.Unavailable(path, e);
        }
        finally
        {
            Return(reader, usable);
        }
    }

    /// <summary>Reads in pieces, with a connection of its own until the last one, or until the enumerator is disposed.</summary>
    /// <exception cref="Model.State.StateUnavailableException">SQLite could not read.</exception>
    public IEnumerable<T> ReadPieces<T>(Func<SqliteReader, IEnumerable<T>> read)
    {
        var reader = Take();
        IEnumerator<T>? pieces = null;
        var usable = false;
        try
        {
            pieces = Guarded(() => read(reader ??= open()).GetEnumerator());
            while (Guarded(pieces.MoveNext))
            {
                yield return pieces.Current;
            }

            usable = true;
        }
        finally
        {
            pieces?.Dispose();
            Return(reader, usable);
        }
    }

    /// <summary>Waits for the reads that run and refuses further ones.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            if (_busy == 0)
            {
                _drained.TrySetResult();
            }
        }

        await _drained.Task;
        while (_idle.TryPop(out var reader))
        {
            reader.Dispose();
        }
    }

    private SqliteReader? Take()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStateStore));
            _idle.TryPop(out var reader);
            _busy++;
            return reader;
        }
    }

    private T Guarded<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.Unavailable(path, e);
        }
    }

    private void Return(SqliteReader? reader, bool usable)
    {
        var keep = false;
        lock (_gate)
        {
            keep = usable && !_closed && _idle.Count < MaxIdle;
            if (keep)
            {
                _idle.Push(reader!);
            }
        }

        if (!keep)
        {
            reader?.Dispose();
        }

        lock (_gate)
        {
            _busy--;
            if (_closed && _busy == 0)
            {
                _drained.TrySetResult();
            }
        }
    }
}
