using Cellway.Node.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.CoreNode.Accounting;

/// <summary>A ledger in a mapped file of mode 0600, which one process at a time may have.</summary>
/// <remarks>
/// A process that is killed loses nothing that it has counted; a power cut, what was counted since the last <see cref="Flush"/>.
/// The file grows by 64 KiB for each 512 routes and never shrinks. Beyond 32 MiB, or when the disk is full, memory stands in for it.
/// </remarks>
internal sealed class LedgerFile : ILedgerStorage, IDisposable
{
    private const int BlockBytes = LedgerSlot.PerBlock * LedgerSlot.Length * sizeof(long);
    private const int MaxBlocks = 512;

    private readonly FileStream _file;
    private readonly ILogger _logger;
    private readonly List<MappedMemory> _mapped = [];
    private readonly List<Memory<long>> _blocks = [];

    private LedgerFile(FileStream file, ILogger logger) => (_file, _logger) = (file, logger);

    public IReadOnlyList<Memory<long>> Blocks => _blocks;

    /// <exception cref="NodeStartException">The file cannot be used; the message says what to do.</exception>
    public static LedgerFile Open(string path, ILogger logger)
    {
        LedgerFile? ledger = null;
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            ledger = new(new(path, options), logger);
            ledger.MapAll();
            return ledger;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ledger?.Dispose();
            throw new NodeStartException(
                $"The usage file {path} cannot be used ({e.Message}): see that no other Core runs with this state directory, and that it is on a disk of this machine with room left.", e);
        }
    }

    public void Grow()
    {
        try
        {
            if (_mapped.Count < MaxBlocks && _mapped.Count == _blocks.Count)
            {
                AddMapped();
                return;
            }

            AccountingLog.CannotGrow(_logger, "it is full");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            AccountingLog.CannotGrow(_logger, e.GetType().Name);
        }

        _blocks.Add(new long[BlockBytes / sizeof(long)]);
    }

    public void Flush()
    {
        foreach (var block in _mapped)
        {
            block.Flush();
        }
    }

    /// <summary>Lets another process have the file. The pages stay as long as anybody can count in them: sessions on their way out may.</summary>
    public void Dispose() => _file.Dispose();

    private void MapAll()
    {
        // A block that a crash has left in part is made whole; its slots are free.
        var blocks = (int)Math.Min(MaxBlocks, (_file.Length + BlockBytes - 1) / BlockBytes);
        for (var i = 0; i < Math.Max(1, blocks); i++)
        {
            AddMapped();
        }
    }

    private void AddMapped()
    {
        var offset = (long)_mapped.Count * BlockBytes;
        if (_file.Length < offset + BlockBytes)
        {
            // Written and not only announced: the disk has to have the room before the pages are used.
            var from = Math.Max(offset, _file.Length);
            RandomAccess.Write(_file.SafeFileHandle, new byte[offset + BlockBytes - from], from);
            _file.Flush(flushToDisk: true);
        }

        var mapped = new MappedMemory(_file, offset, BlockBytes);
        _mapped.Add(mapped);
        _blocks.Add(mapped.Memory);
    }
}
