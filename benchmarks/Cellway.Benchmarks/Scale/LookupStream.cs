using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Google.Protobuf;

namespace Cellway.Benchmarks.Scale;

/// <summary>The stream on which an Entry asks about devices.</summary>
internal sealed class LookupStream(LookupLoad load) : StreamHandler
{
    private const int NumberAt = 6; // behind gRPC's five bytes and the field's tag
    private const int NumberLength = 5;
    private const byte Targets = (4 << 3) | 2;

    private static readonly byte[] Head = NodeConnection.HeadOf("ResolveMany");

    private GrpcMessages _messages;

    public static LookupStream Open(NodeConnection connection, LookupLoad load)
    {
        var stream = new LookupStream(load);
        return connection.Connection.TryOpen(stream, Head) is not null ? stream : throw new IOException("management takes no streams");
    }

    /// <summary>A question with room for its number, or one for a call of its own.</summary>
    public static byte[] Frame(Hash256 credential, bool alone)
    {
        var hash = ByteString.CopyFrom(credential.ToArray());
        return GrpcMessages.Frame(alone ? new ResolveRequest { CredentialHash = hash } : new ResolveQuestion { Number = (1UL << 35) - 1, CredentialHash = hash });
    }

    public void Ask(byte[] frame, int number)
    {
        for (var (i, left) = (0, (uint)number + 1); i < NumberLength; i++, left >>= 7)
        {
            frame[NumberAt + i] = (byte)((left & 0x7F) | (i < NumberLength - 1 ? 0x80u : 0)); // always as long as the longest
        }

        Stream.SendData(frame);
    }

    public override void OnHeaders(HeaderList headers, bool endStream)
    {
        if (headers.TryGet("grpc-status"u8, out var status) && !status.SequenceEqual("0"u8))
        {
            load.Failed();
        }
    }

    public override void OnData(ReadOnlySpan<byte> data)
    {
        Stream.Credit(data.Length);
        _messages.Read(data, Take);
    }

    public override void OnReset(Http2ErrorCode code) => load.Failed();

    private void Take(ReadOnlySpan<byte> message)
    {
        var (number, at) = (0u, 1);
        do
        {
            number |= (message[at] & 0x7Fu) << (7 * (at - 1));
        }
        while ((message[at++] & 0x80) != 0);

        if (at < message.Length && message[at] == Targets)
        {
            load.Answered((int)number - 1);
        }
        else
        {
            load.Failed();
        }
    }
}
