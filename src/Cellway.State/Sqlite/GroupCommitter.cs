using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Cellway.State.Sqlite;

/// <summary>Writes one group after the other. Whoever arrives while a group waits for the disk goes into the next one, so one fsync serves many.</summary>
internal sealed class GroupCommitter : IAsyncDisposable
{
    private const int MaxWaiting = 1024;
    private const int MaxGroup = 256;
    private const int MaxGroupBytes = 8 << 20;

    private readonly string _path;
    private readonly SqliteWriter _writer;
    private readonly Task _loop;
    private readonly Channel<WriteRequest> _waiting = Channel.CreateBounded<WriteRequest>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    public GroupCommitter(string path, SqliteWriter writer)
    {
        _path = path;
        _writer = writer;
        _loop = Task.Run(WriteGroupsAsync);
    }

    /// <summary>Runs <paramref name="work"/> in the writer and returns once its outcome is on disk.</summary>
    public async ValueTask<T> WriteAsync<T>(Func<SqliteWriter, T> work, int bytes, CancellationToken cancellationToken)
    {
        var request = new WriteRequest<T>(work, bytes, cancellationToken);
        try
        {
            await _waiting.Writer.WriteAsync(request, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteStateStore));
        }

        return await request.Done.WaitAsync(cancellationToken);
    }

    /// <summary>Writes what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
        _writer.Dispose();
    }

    private async Task WriteGroupsAsync()
    {
        List<WriteRequest> group = [];
        while (await _waiting.Reader.WaitToReadAsync())
        {
            var bytes = 0L;
            while (group.Count < MaxGroup && bytes < MaxGroupBytes && _waiting.Reader.TryRead(out var request))
            {
                if (request.CancellationToken.IsCancellationRequested)
                {
                    request.Cancel();
                    continue;
                }

                bytes += request.Bytes;
                group.Add(request);
            }

            if (group.Count > 0)
            {
                Write(group);
                group.Clear();
            }
        }
    }

    private void Write(List<WriteRequest> group)
    {
        try
        {
            _writer.Begin();
            foreach (var request in group)
            {
                request.Apply(_writer);
            }

            _writer.Commit();
        }
#pragma warning disable CA1031 // Whatever it is goes to those who wait; the loop serves the next group.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _writer.Abandon();
            foreach (var request in group)
            {
                request.Fail(e is SqliteException sqlite ? SqliteErrors.Unavailable(_path, sqlite) : e);
            }

            return;
        }

        foreach (var request in group)
        {
            request.Complete();
        }
    }
}
