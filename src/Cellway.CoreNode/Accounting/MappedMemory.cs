using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Cellway.CoreNode.Accounting;

/// <summary>A piece of a file, mapped: what is written there is in the system's pages at once and outlives the process.</summary>
internal sealed unsafe class MappedMemory : MemoryManager<long>
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _length;

    /// <param name="file">Open for writing, and that long already: a page that the disk has no room for would end the process.</param>
    /// <param name="offset">In bytes, a multiple of 64 KiB.</param>
    /// <param name="length">In bytes.</param>
    public MappedMemory(FileStream file, long offset, int length)
    {
        _map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(offset, length);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
        _length = length / sizeof(long);
    }

    public override Span<long> GetSpan() => new(_start, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new((long*)_start + elementIndex);

    public override void Unpin()
    {
        // It never moves.
    }

    public void Flush() => _view.Flush();

    protected override void Dispose(bool disposing)
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
