using System.Buffers;
using Cellway.DataPlane.WebSocket;

namespace Cellway.Fuzz.Targets;

internal static class WebSocketTarget
{
    private static readonly byte[] s_mask = [0x37, 0xfa, 0x21, 0x3d];

    public static void Check(byte[] input)
    {
        var (whole, closed, answers) = Read(new(input, inPieces: false));
        var pieces = Read(new(input, inPieces: true));
        FuzzException.ThrowUnless(closed == pieces.Closed, "another end in pieces");
        FuzzException.ThrowUnless(whole.AsSpan().SequenceEqual(pieces.Payload), "another payload in pieces");
        FuzzException.ThrowUnless(answers.AsSpan().SequenceEqual(pieces.Answers), "other answers in pieces");
        FuzzException.ThrowUnless(whole.Length <= input.Length && answers.Length <= input.Length, "more than there was");
        CheckAnswers(answers, closed);

        // As a client would send it at once, and goodbye.
        byte[] canonical = [.. Frame(0x82, whole), .. Frame(0x88, [0x03, 0xe8])];
        var again = Read(new(canonical, inPieces: false));
        FuzzException.ThrowUnless(again.Closed && again.Payload.AsSpan().SequenceEqual(whole), "the canonical message reads as something else");
    }

    private static (byte[] Payload, bool Closed, byte[] Answers) Read(FuzzStream stream)
    {
        using WebSocketConnection socket = new(stream, []);
        ArrayBufferWriter<byte> payload = new();
        var buffer = new byte[100];
        while (true)
        {
            var read = socket.ReadAsync(buffer, CancellationToken.None).AsTask();
            FuzzException.ThrowUnless(read.IsCompleted, "waits although all is there");
            if (read.IsFaulted)
            {
                FuzzException.ThrowUnless(read.Exception!.InnerException is IOException, "a fault that is none of the connection's");
                return (payload.WrittenSpan.ToArray(), false, stream.Written);
            }

            var count = read.Result;
            if (count == 0)
            {
                return (payload.WrittenSpan.ToArray(), true, stream.Written);
            }

            payload.Write(buffer.AsSpan(0, count));
        }
    }

    /// <summary>Pongs, and a close frame at the end of a proper conversation only.</summary>
    private static void CheckAnswers(ReadOnlySpan<byte> answers, bool closed)
    {
        var seen = false;
        while (!answers.IsEmpty)
        {
            FuzzException.ThrowUnless(!seen && answers.Length >= 2 && answers[0] is 0x8a or 0x88, "an answer to nothing");
            FuzzException.ThrowUnless(answers[1] <= 125 && answers.Length >= 2 + answers[1], "a control frame in pieces");
            seen = answers[0] == 0x88;
            answers = answers[(2 + answers[1])..];
        }

        FuzzException.ThrowUnless(seen == closed, "a close frame goes with the end");
    }

    private static byte[] Frame(byte first, byte[] payload)
    {
        var head = new byte[WebSocketFrame.MaxHead];
        var length = WebSocketFrame.WriteHead(head, WebSocketOpcode.Binary, payload.Length);
        (head[0], head[1]) = (first, (byte)(head[1] | 0x80));
        return [.. head[..length], .. s_mask, .. payload.Select((b, i) => (byte)(b ^ s_mask[i & 3]))];
    }
}
