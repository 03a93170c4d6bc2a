using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Cellway.KestrelBaseline;

/// <summary>Gives the web server blocks of 32 KiB instead of 4 KiB: a TLS record or a large message then takes one block, not five.</summary>
internal sealed class BlockPoolFactory : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new BlockPool();
}
