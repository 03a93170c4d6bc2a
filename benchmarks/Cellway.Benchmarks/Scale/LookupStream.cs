using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Google.Protobuf;

namespace Cellway.Benchmarks.Scale;

/// <summary>The stream on which an Entry asks about devices, or about subscriptions: numbers and answers are where they are in both.</summary>
internal sealed class LookupStream(IAsker asker) : StreamHandler
{
    private const int NumberAt = 6; // behind gRPC's five bytes and the field's tag
    private const int NumberLength = 5;
    private const byte Found = (4 << 3) | 2; // the field of what was found

    private GrpcMessages _messages;

    public static LookupStream Open(NodeConnection connection, IAsker asker, string method)
    {
        var stream = new LookupStream(asker);
        return connection.Connection.TryOpen(stream, NodeConnection.HeadOf(method)) is not null ? stream : throw new IOException("management takes no streams");
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
            asker.Failed();
        }
    }

    public override void OnData(ReadOnlySpan<byte> data)
    {
        Stream.Credit(data.Length);
        _messages.Read(data, Take);
    }

    public override void OnReset(Http2ErrorCode code) => asker.Failed();

    private void Take(ReadOnlySpan<byte> message)
    {
        var (number, at) = (0u, 1);
        do
        {
            number |= (message[at] & 0x7Fu) << (7 * (at - 1));
        }
        while ((message[at++] & 0x80) != 0);

        if (at < message.Length && message[at] == Found)
        {
            asker.Answered((int)number - 1);
        }
        else
        {
            asker.Failed();
        }
    }
}
