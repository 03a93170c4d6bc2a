using System.Net;
using System.Text;
using Cellway.Cli.Client.Tunneling;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.Tests.Cli.Client;

/// <summary>A way in that does as the test says, and answers with its name and what was written.</summary>
internal sealed class ManualOpener(string name) : ITunnelOpener
{
    /// <summary>What opening throws.</summary>
    public Exception? OpenFault { get; set; }

    /// <summary>What the first read throws.</summary>
    public Exception? ReadFault { get; set; }

    public int Opened { get; private set; }

    public bool IsDisposed { get; private set; }

    public ValueTask<TunnelStream> OpenAsync(EndPoint destination, CancellationToken cancellationToken)
    {
        Opened++;
        return OpenFault is null ? new(new Echo(this, name)) : throw OpenFault;
    }

    public void Dispose() => IsDisposed = true;

    private sealed class Echo(ManualOpener owner, string name) : TunnelStream
    {
        private readonly MemoryStream _written = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default)
        {
            _written.Write("$"u8);
            return default;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (owner.ReadFault is { } fault)
            {
                throw fault;
            }

            var answer = Encoding.ASCII.GetBytes($"{name}:{Encoding.ASCII.GetString(_written.ToArray())}");
            answer.CopyTo(buffer);
            return new(answer.Length);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _written.Write(buffer.Span);
            return default;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
