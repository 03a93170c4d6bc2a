using System.IO.Pipelines;

namespace Cellway.Manager.Backups;

/// <summary>The file that a backup is written to when it goes to an operator: frames of a response.</summary>
/// <remarks>Compressing and encrypting write without waiting, so a full connection holds the writing thread up: there is one, for a minute, a few times a day.</remarks>
internal sealed class BackupDownload(PipeWriter response, CancellationToken aborted) : Stream, IProgress<BackupProgress>
{
    private const int FlushAt = 512 * 1024;

    private BackupProgress _progress;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Report(BackupProgress value) => _progress = value;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var piece = buffer[..Math.Min(buffer.Length, BackupFrames.MaxLength)];
            BackupFrames.Write(response, _progress, piece);
            buffer = buffer[piece.Length..];
            if (response.UnflushedBytes >= FlushAt)
            {
                response.FlushAsync(aborted).AsTask().GetAwaiter().GetResult();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Says that the file has ended, and what it holds.</summary>
    public async Task EndAsync(ReadOnlyMemory<byte> summary)
    {
        BackupFrames.Write(response, _progress, []);
        await response.WriteAsync(summary, aborted);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
