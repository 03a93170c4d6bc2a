using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Cellway.Manager.Backups;

/// <summary>A backup on its way to the operator who asked for it: pieces of the file, each with how far it is.</summary>
/// <remarks>A frame is <c>records done (8) | records in all (8) | length (4) | bytes</c>, big-endian. A frame of no bytes ends the file; its summary follows, as JSON.</remarks>
public static class BackupFrames
{
    /// <summary>Bytes before those of a frame.</summary>
    public const int HeadLength = 20;

    /// <summary>The most bytes of a frame.</summary>
    public const int MaxLength = 1 << 20;

    internal static void Write(PipeWriter to, BackupProgress progress, ReadOnlySpan<byte> bytes)
    {
        var frame = to.GetSpan(HeadLength + bytes.Length);
        BinaryPrimitives.WriteInt64BigEndian(frame, progress.Done);
        BinaryPrimitives.WriteInt64BigEndian(frame[8..], progress.Total);
        BinaryPrimitives.WriteInt32BigEndian(frame[16..], bytes.Length);
        bytes.CopyTo(frame[HeadLength..]);
        to.Advance(HeadLength + bytes.Length);
    }

    /// <summary>Writes the file's bytes to <paramref name="file"/> and returns the JSON that follows them.</summary>
    /// <exception cref="BackupException">It breaks off.</exception>
    public static async Task<byte[]> ReadAsync(Stream from, Stream file, IProgress<BackupProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(progress);
        var head = new byte[HeadLength];
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                await from.ReadExactlyAsync(head, cancellationToken);
                var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(16));
                progress.Report(new("writing", BinaryPrimitives.ReadInt64BigEndian(head), BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(8))));
                if (length == 0)
                {
                    using var rest = new MemoryStream();
                    await from.CopyToAsync(rest, cancellationToken);
                    return rest.ToArray();
                }

                if (length is < 0 or > MaxLength)
                {
                    throw new BackupException("Management answered with no backup: is it the same version as this program?");
                }

                buffer = buffer.Length >= length ? buffer : new byte[length];
                await from.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken);
                await file.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
            }
        }
        catch (Exception e) when (e is EndOfStreamException or HttpRequestException || (e is IOException { InnerException: not null } and not BackupException))
        {
            throw new BackupException("Management broke off in the middle of the backup; its log says why. Nothing was kept: try again.", e);
        }
    }
}
