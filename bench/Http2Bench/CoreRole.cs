using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.Http2Bench;

/// <summary>Unwraps messages, drops 17 bytes of header, dials the sink, and pumps.</summary>
internal static class CoreRole
{
    public static async Task<int> RunAsync(string readyFile, int target)
    {
        await Bench.ServeAsync(Bench.Listen(readyFile), () => new Entries(target));
        return 0;
    }

    private sealed class Entries(int target) : ConnectionHandler
    {
        public override StreamHandler OnRequest(Http2Stream stream, HeaderList headers) => new Tunnel(target);
    }

    private sealed class Tunnel(int target) : StreamHandler
    {
        private const int ReceiveSize = 64 * 1024;

        [ThreadStatic]
        private static byte[]? t_scratch;

        private readonly Lock _gate = new();
        private Socket? _socket;
        private Hunk _hunk;
        private int _skip = 17;
        private byte[]? _out;
        private int _start, _end, _credit;
        private bool _connected, _sending, _ended, _dead;
        private TaskCompletionSource? _writable;

        public override void OnHeaders(HeaderList headers, bool endStream) => Stream.SendHeaders(Bench.Ok);

        public override void OnData(ReadOnlySpan<byte> data)
        {
            lock (_gate)
            {
                _credit += data.Length;
                while (_hunk.Next(ref data, out var payload))
                {
                    if (_skip > 0)
                    {
                        var skipped = Math.Min(_skip, payload.Length);
                        _skip -= skipped;
                        payload = payload[skipped..];
                        if (_skip == 0)
                        {
                            _ = DialAsync();
                        }
                    }

                    Keep(payload);
                }
            }
        }

        public override void OnBatchEnd() => Push();

        public override void OnEnd()
        {
            lock (_gate)
            {
                _ended = true;
            }

            Push();
        }

        public override void OnReset(Http2ErrorCode code)
        {
            Kill();
            OnWritable();
        }

        public override void OnWritable() => Interlocked.Exchange(ref _writable, null)?.TrySetResult();

        private void Keep(ReadOnlySpan<byte> payload)
        {
            if (payload.Length == 0)
            {
                return;
            }

            if (_out is null || _end + payload.Length > _out.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Max(4096, (_end - _start + payload.Length) * 2));
                _out.AsSpan(_start, _end - _start).CopyTo(larger);
                if (_out is not null)
                {
                    ArrayPool<byte>.Shared.Return(_out);
                }

                _out = larger;
                _end -= _start;
                _start = 0;
            }

            payload.CopyTo(_out.AsSpan(_end));
            _end += payload.Length;
        }

        private async Task DialAsync()
        {
            try
            {
                _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await _socket.ConnectAsync(IPAddress.Loopback, target);
                _socket.Blocking = false;
                lock (_gate)
                {
                    _connected = true;
                }

                Push();
                await PumpAsync(_socket);
            }
            catch (Exception)
            {
                Kill();
                Stream.Reset(Http2ErrorCode.Cancel);
            }
        }

        private void Push()
        {
            var credit = 0;
            lock (_gate)
            {
                if (!_connected || _sending || _dead)
                {
                    return;
                }

                if (_end > _start)
                {
                    var sent = _socket!.Send(_out.AsSpan(_start, _end - _start), SocketFlags.None, out var error);
                    _start += error == SocketError.Success ? sent : 0;
                }

                if (_end > _start)
                {
                    _sending = true;
                    _ = PushSlowAsync();
                }
                else
                {
                    if (_out is not null)
                    {
                        ArrayPool<byte>.Shared.Return(_out);
                        _out = null;
                        _start = _end = 0;
                    }

                    credit = _credit;
                    _credit = 0;
                    if (_ended)
                    {
                        _socket!.Shutdown(SocketShutdown.Send);
                    }
                }
            }

            if (credit > 0)
            {
                Stream.Credit(credit);
            }
        }

        private async Task PushSlowAsync()
        {
            try
            {
                while (true)
                {
                    byte[]? bytes;
                    int start, end, credit;
                    lock (_gate)
                    {
                        (bytes, start, end, credit) = (_out, _start, _end, _credit);
                        (_out, _start, _end, _credit) = (null, 0, 0, 0);
                        if (bytes is null)
                        {
                            _sending = false;
                            if (_ended)
                            {
                                _socket!.Shutdown(SocketShutdown.Send);
                            }

                            return;
                        }
                    }

                    while (start < end)
                    {
                        start += await _socket!.SendAsync(bytes.AsMemory(start, end - start));
                    }

                    ArrayPool<byte>.Shared.Return(bytes);
                    Stream.Credit(credit);
                }
            }
            catch (Exception)
            {
                Kill();
                Stream.Reset(Http2ErrorCode.Cancel);
            }
        }

        private async Task PumpAsync(Socket socket)
        {
            while (true)
            {
                var writable = new TaskCompletionSource();
                var quota = Stream.SendQuota();
                if (quota == 0)
                {
                    _writable = writable;
                    quota = Stream.SendQuota();
                    if (quota == 0)
                    {
                        await writable.Task;
                        continue;
                    }
                }

                if (quota < 0)
                {
                    return;
                }

                var result = Receive(socket, quota);
                if (result == 0)
                {
                    break;
                }

                if (result < 0)
                {
                    await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                }
            }

            Stream.SendTrailers(Bench.Trailers);
            Kill();
        }

        private int Receive(Socket socket, int quota)
        {
            var scratch = t_scratch ??= GC.AllocateUninitializedArray<byte>(ReceiveSize, pinned: true);
            var count = socket.Receive(scratch.AsSpan(0, Math.Min(quota, ReceiveSize)), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return -1;
            }

            if (error == SocketError.Success && count > 0)
            {
                Span<byte> head = stackalloc byte[12];
                Stream.SendData(head[..Hunk.WriteHead(head, count)], scratch.AsSpan(0, count));
            }

            return error == SocketError.Success ? count : 0;
        }

        private void Kill()
        {
            lock (_gate)
            {
                _dead = true;
            }

            _socket?.Dispose();
        }
    }
}
