using System.Buffers.Binary;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.Fuzz.Targets;

internal static class Http2Target
{
    private static readonly Http2Sweeper s_sweeper = new(new StillTime());

    // Small limits, so that inputs reach them.
    private static readonly Http2Options s_tight = new()
    {
        Settings = [new(SettingId.MaxConcurrentStreams, 2), new(SettingId.InitialWindowSize, 64), new(SettingId.MaxFrameSize, FrameHeader.DefaultMaxLength)],
        MaxHeaderString = 64, MaxHeaderList = 512, MaxHeaderBlock = 512, MaxContinuations = 3, FloodAllowance = 256, MaxResetsPerSecond = 3,
    };

    public static void Check(byte[] input)
    {
        var prefaced = input.AsSpan().StartsWith(Preface.Bytes);
        var spoken = prefaced || (input.Length > 0 && input[0] == Preface.Bytes[0]) ? input : [.. Preface.Bytes, .. input];
        Check(spoken, isClient: false, input.Length % 2 == 0 ? Http2Options.NginxServer : s_tight, prefaced ? input.AsSpan(Preface.Length) : input);
        var bare = prefaced ? input[Preface.Length..] : input;
        Check(bare, isClient: true, Http2Options.Client, bare);
    }

    private static void Check(byte[] input, bool isClient, Http2Options options, ReadOnlySpan<byte> frames)
    {
        Http2Witness whole = new(answers: false), pieces = new(answers: false);
        CheckOutput(whole.Run(input, inPieces: false, isClient, options, s_sweeper), isClient, frames);
        CheckOutput(pieces.Run(input, inPieces: true, isClient, options, s_sweeper), isClient, frames);
        FuzzException.ThrowUnless(
            whole.Streams.Select(s => (s.Stream.Id, s.Received, s.History.ToHashCode())).SequenceEqual(
                pieces.Streams.Select(s => (s.Stream.Id, s.Received, s.History.ToHashCode()))),
            "streams are told something else in pieces");
        FuzzException.ThrowUnless(whole.Streams.Sum(s => s.Received) <= input.Length, "more payload than input");
        if (!isClient)
        {
            CheckOutput(new Http2Witness(answers: true).Run(input, inPieces: input.Length % 3 == 0, isClient, options, s_sweeper), isClient, frames);
        }
    }

    /// <summary>What we say is HTTP/2, and no more of it than the peer's windows allow.</summary>
    private static void CheckOutput(ReadOnlySpan<byte> output, bool isClient, ReadOnlySpan<byte> input)
    {
        if (isClient)
        {
            FuzzException.ThrowUnless(output.StartsWith(Preface.Bytes), "a client without its preface");
            output = output[Preface.Length..];
        }

        FuzzException.ThrowUnless(output.Length >= FrameHeader.Size && output[3] == (byte)FrameType.Settings, "the first frame is not SETTINGS");
        var (initial, windows) = Windows(input);
        HashSet<int> over = [];
        var gone = false;
        while (!output.IsEmpty)
        {
            FuzzException.ThrowUnless(output.Length >= FrameHeader.Size, "half a frame");
            var frame = FrameHeader.Read(output);
            FuzzException.ThrowUnless(output.Length >= FrameHeader.Size + frame.Length, "half a frame");
            FuzzException.ThrowUnless(!gone || frame.Type == FrameType.RstStream, "something behind the last GOAWAY");
            gone |= frame.Type == FrameType.GoAway;
            if (frame.Type is FrameType.Data or FrameType.Headers)
            {
                FuzzException.ThrowUnless(frame.StreamId % 2 == 1 && !over.Contains(frame.StreamId), "a frame on a stream that is over");
            }

            if (frame.Type == FrameType.RstStream || (frame.Type is FrameType.Data or FrameType.Headers && frame.Has(FrameFlags.EndStream)))
            {
                over.Add(frame.StreamId);
            }

            if (frame.Type == FrameType.Data)
            {
                windows[0] -= frame.Length;
                windows[frame.StreamId] = windows.GetValueOrDefault(frame.StreamId) - frame.Length;
                FuzzException.ThrowUnless(windows[0] >= 0 && windows[frame.StreamId] + initial >= 0, "more than the window");
            }

            output = output[(FrameHeader.Size + frame.Length)..];
        }
    }

    /// <summary>The most the peer ever allowed: its largest initial window, and the credit of each stream.</summary>
    private static (long Initial, Dictionary<int, long> Windows) Windows(ReadOnlySpan<byte> input)
    {
        long initial = Http2Settings.DefaultWindow;
        Dictionary<int, long> windows = new() { [0] = initial };
        while (input.Length >= FrameHeader.Size)
        {
            var frame = FrameHeader.Read(input);
            var payload = input[FrameHeader.Size..];
            payload = payload[..Math.Min(frame.Length, payload.Length)];
            if (frame.Type == FrameType.WindowUpdate && payload.Length >= 4)
            {
                windows[frame.StreamId] = windows.GetValueOrDefault(frame.StreamId) + (BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue);
            }

            for (var at = 0; frame.Type == FrameType.Settings && at + Http2Setting.Size <= payload.Length; at += Http2Setting.Size)
            {
                if (payload[at + 1] == (byte)SettingId.InitialWindowSize && payload[at] == 0)
                {
                    initial = Math.Max(initial, BinaryPrimitives.ReadUInt32BigEndian(payload[(at + 2)..]));
                }
            }

            input = input[(FrameHeader.Size + payload.Length)..];
        }

        return (initial, windows);
    }
}
