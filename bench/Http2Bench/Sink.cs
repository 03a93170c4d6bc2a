using System.Buffers.Binary;
using System.Net.Sockets;

namespace Cellway.Http2Bench;

/// <summary>The destination: 'D' n sends n bytes, 'U' n reads n bytes and answers 8, 'E' echoes.</summary>
internal static class Sink
{
    public static async Task<int> RunAsync(string readyFile)
    {
        var listener = Bench.Listen(readyFile);
        while (true)
        {
            _ = OneAsync(await listener.AcceptAsync());
        }
    }

    private static async Task OneAsync(Socket socket)
    {
        using var _ = socket;
        socket.NoDelay = true;
        var buffer = new byte[9];
        for (var got = 0; got < 9;)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(got));
            if (count == 0)
            {
                return;
            }

            got += count;
        }

        var bytes = BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(1));
        var command = (char)buffer[0];
        buffer = new byte[command == 'E' ? 512 : (int)Math.Min(256 * 1024, Math.Max(bytes, 8))];
        try
        {
            switch (command)
            {
                case 'D':
                    while (bytes > 0)
                    {
                        bytes -= await socket.SendAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, bytes)));
                    }

                    break;
                case 'U':
                    while (bytes > 0)
                    {
                        bytes -= await socket.ReceiveAsync(buffer);
                    }

                    await socket.SendAsync(buffer.AsMemory(0, 8));
                    break;
                default:
                    while (true)
                    {
                        // Idle echoes hold no buffer pinned in the kernel's way: wait with zero bytes.
                        await socket.ReceiveAsync(Memory<byte>.Empty);
                        var count = await socket.ReceiveAsync(buffer);
                        if (count == 0)
                        {
                            return;
                        }

                        await socket.SendAsync(buffer.AsMemory(0, count));
                    }
            }

            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The load went away.
        }
    }
}
