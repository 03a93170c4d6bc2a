using System.Buffers.Binary;
using System.Diagnostics;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.Http2Bench;

/// <summary>The clients. Prints START, waits for a line, works, prints a RESULT line.</summary>
internal static class Load
{
    public static async Task<int> RunAsync(int port, string mode, string[] rest)
    {
        var streams = rest.Length > 0 ? int.Parse(rest[0]) : 1;
        var amount = rest.Length > 1 ? long.Parse(rest[1]) : 1L << 30;
        var connection = await Bench.ConnectAsync(port);
        switch (mode)
        {
            case "dl" or "ul":
                await TransferAsync(connection, mode, 1, 64 << 20);
                Start();
                var clock = Stopwatch.StartNew();
                await TransferAsync(connection, mode, streams, amount);
                Console.WriteLine($"RESULT bytes={amount} mbps={amount / 1e6 / clock.Elapsed.TotalSeconds:F0}");
                break;
            case "rate":
                await RateAsync(connection, streams, TimeSpan.FromSeconds(2));
                Start();
                var opened = await RateAsync(connection, streams, TimeSpan.FromSeconds(4));
                Console.WriteLine($"RESULT count={opened} rate={opened / 4}");
                break;
            case "pp":
                Start();
                await PingPongAsync(connection, 20_000);
                break;
            case "mixed":
                var bulk = await Bench.ConnectAsync(port);
                Start();
                var transfer = TransferAsync(bulk, "dl", 4, amount);
                await PingPongAsync(connection, 2_000);
                Console.WriteLine($"(bulk {(transfer.IsCompleted ? "finished too early" : "still going")})");
                await transfer;
                break;
            case "idle":
                for (var open = 0; open < amount;)
                {
                    var batch = (int)Math.Min(64, amount - open);
                    await Task.WhenAll(Enumerable.Range(0, batch).Select(async _ =>
                    {
                        var client = new Client();
                        connection.TryOpen(client, Bench.Head);
                        client.Command('E', 0);
                        await client.EchoAsync();
                    }));
                    open += batch;
                }

                Start();
                Console.WriteLine("RESULT");
                break;
        }

        return 0;
    }

    private static void Start()
    {
        Console.WriteLine("START");
        Console.ReadLine();
    }

    private static async Task TransferAsync(Http2Connection connection, string mode, int streams, long total)
    {
        await Task.WhenAll(Enumerable.Range(0, streams).Select(async _ =>
        {
            var bytes = total / streams;
            var client = new Client();
            connection.TryOpen(client, Bench.Head);
            client.Command(mode == "dl" ? 'D' : 'U', bytes);
            if (mode == "ul")
            {
                await client.UploadAsync(bytes);
            }

            await client.Done;
            Trace.Assert(client.Received == (mode == "dl" ? bytes : 8) && client.Status == "0", "transfer is not whole");
            if (client.Received != (mode == "dl" ? bytes : 8))
            {
                Console.WriteLine($"WRONG {client.Received}");
            }
        }));
    }

    private static async Task<long> RateAsync(Http2Connection connection, int workers, TimeSpan time)
    {
        long count = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < time)
            {
                var client = new Client();
                connection.TryOpen(client, Bench.Head);
                client.Command('D', 1024);
                await client.Done;
                if (client.Received != 1024)
                {
                    Console.WriteLine($"WRONG {client.Received}");
                }

                Interlocked.Increment(ref count);
            }
        })));
        return count;
    }

    private static async Task PingPongAsync(Http2Connection connection, int rounds)
    {
        var client = new Client();
        connection.TryOpen(client, Bench.Head);
        client.Command('E', 0);
        for (var i = 0; i < 500; i++)
        {
            await client.EchoAsync();
        }

        var times = new double[rounds];
        for (var i = 0; i < rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await client.EchoAsync();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(times);
        Console.WriteLine($"RESULT p50={times[rounds / 2]:F0}us p99={times[rounds * 99 / 100]:F0}us p999={times[rounds * 999 / 1000]:F0}us");
        client.Stream.Reset(Http2ErrorCode.Cancel);
    }

    private sealed class Client : StreamHandler
    {
        private static readonly byte[] s_echo = new byte[64];
        private static readonly byte[] s_upload = new byte[32 * 1024];
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Hunk _hunk;
        private long _want;
        private TaskCompletionSource? _echo;
        private TaskCompletionSource? _writable;

        public long Received { get; private set; }

        public string? Status { get; private set; }

        public Task Done => _done.Task;

        public void Command(char command, long bytes)
        {
            Span<byte> header = stackalloc byte[26];
            header.Clear();
            header[17] = (byte)command;
            BinaryPrimitives.WriteInt64LittleEndian(header[18..], bytes);
            Send(header);
        }

        public Task EchoAsync()
        {
            var echo = new TaskCompletionSource();
            _want += 64;
            _echo = echo;
            Send(s_echo);
            return echo.Task;
        }

        public async Task UploadAsync(long bytes)
        {
            await Task.Yield();
            while (bytes > 0)
            {
                var quota = Stream.SendQuota();
                if (quota == 0)
                {
                    var writable = new TaskCompletionSource();
                    _writable = writable;
                    quota = Stream.SendQuota();
                    if (quota == 0)
                    {
                        await writable.Task;
                        continue;
                    }
                }

                var count = (int)Math.Min(s_upload.Length, Math.Min(bytes, Math.Abs(quota)));
                Send(s_upload.AsSpan(0, count));
                bytes -= count;
            }
        }

        public override void OnHeaders(HeaderList headers, bool endStream) => Status = headers.GetString("grpc-status"u8);

        public override void OnData(ReadOnlySpan<byte> data)
        {
            Stream.Credit(data.Length);
            while (_hunk.Next(ref data, out var payload))
            {
                Received += payload.Length;
            }

            if (_echo is { } echo && Received >= _want)
            {
                _echo = null;
                echo.TrySetResult();
            }
        }

        public override void OnEnd() => _done.TrySetResult();

        public override void OnReset(Http2ErrorCode code) => _done.TrySetResult();

        public override void OnWritable() => Interlocked.Exchange(ref _writable, null)?.TrySetResult();

        private void Send(ReadOnlySpan<byte> payload)
        {
            Span<byte> head = stackalloc byte[12];
            Stream.SendData(head[..Hunk.WriteHead(head, payload.Length)], payload);
        }
    }
}
