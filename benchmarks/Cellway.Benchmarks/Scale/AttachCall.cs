using System.Diagnostics;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.Model.Contracts;

namespace Cellway.Benchmarks.Scale;

/// <summary>A node's stream: takes updates and acknowledges them.</summary>
internal sealed class AttachCall(Dictionary<string, ulong> held) : StreamHandler
{
    private static readonly byte[] Head = NodeConnection.HeadOf("Attach");

    private readonly TaskCompletionSource _synchronized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GrpcMessages _messages;

    /// <summary>Completes with the first update.</summary>
    public Task Synchronized => _synchronized.Task;

    /// <summary>When the last update came.</summary>
    public long UpdatedAt { get; private set; }

    public static AttachCall Open(NodeConnection connection, Dictionary<string, ulong> held, int port)
    {
        var call = new AttachCall(held);
        var hello = new Hello { SoftwareVersion = "1.0.0", Port = (uint)port, AppliedRevision = held.Count == 0 ? 0 : 1 };
        hello.Resources.Add(held);
        using var turn = Turn.Begin();
        if (connection.Connection.TryOpen(call, Head) is null)
        {
            throw new IOException("management takes no streams");
        }

        call.Send(new() { Hello = hello });
        return call;
    }

    public void Send(NodeMessage message) => Stream.SendData(GrpcMessages.Frame(message));

    public override void OnHeaders(HeaderList headers, bool endStream)
    {
        if (headers.GetString("grpc-status"u8) is { } status)
        {
            _synchronized.TrySetException(new IOException($"management ended the stream: {status} {headers.GetString("grpc-message"u8)}"));
        }
    }

    public override void OnData(ReadOnlySpan<byte> data)
    {
        Stream.Credit(data.Length);
        _messages.Read(data, Take);
    }

    public override void OnReset(Http2ErrorCode code) => _synchronized.TrySetException(new IOException($"management reset the stream: {code}"));

    private void Take(ReadOnlySpan<byte> bytes)
    {
        var message = ManagementMessage.Parser.ParseFrom(bytes);
        if (message.Update is { } update)
        {
            Take(update);
            Send(new() { Ack = new() { Revision = update.Revision } });
            UpdatedAt = Stopwatch.GetTimestamp();
            _synchronized.TrySetResult();
        }
        else if (message.Probe is { } probe)
        {
            Send(new() { ProbeResult = new() { CoreId = probe.CoreId, Milliseconds = 1 } });
        }
    }

    private void Take(Update update)
    {
        if (update.Snapshot)
        {
            held.Clear();
        }

        foreach (var resource in update.Set)
        {
            held[resource.Name] = resource.Version;
        }

        foreach (var name in update.Removed)
        {
            held.Remove(name);
        }
    }
}
