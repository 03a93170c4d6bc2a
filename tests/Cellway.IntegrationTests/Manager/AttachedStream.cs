using System.Threading.Channels;
using Cellway.Model.Contracts;
using Grpc.Core;

namespace Cellway.IntegrationTests.Manager;

/// <summary>The node's end of a phone-home stream.</summary>
internal sealed class AttachedStream : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly AsyncDuplexStreamingCall<NodeMessage, ManagementMessage> _call;
    private readonly Channel<ManagementMessage> _received = Channel.CreateUnbounded<ManagementMessage>();
    private readonly Task<Status> _ended;

    public AttachedStream(AsyncDuplexStreamingCall<NodeMessage, ManagementMessage> call)
    {
        _call = call;
        _ended = ReadAsync();
    }

    /// <summary>What the node holds, as the updates so far say.</summary>
    public Dictionary<string, Resource> Held { get; } = [];

    public Task SendAsync(NodeMessage message) => _call.RequestStream.WriteAsync(message, TestContext.Current.CancellationToken);

    /// <summary>The next update, taken in but not acknowledged.</summary>
    public async Task<Update> NextUpdateAsync()
    {
        var update = (await NextAsync(ManagementMessage.BodyOneofCase.Update)).Update;
        if (update.Snapshot)
        {
            Held.Clear();
        }

        foreach (var resource in update.Set)
        {
            Held[resource.Name] = resource;
        }

        foreach (var name in update.Removed)
        {
            Held.Remove(name);
        }

        return update;
    }

    /// <summary>Takes in updates and acknowledges them until the condition holds.</summary>
    public async Task SyncUntilAsync(Func<Dictionary<string, Resource>, bool> condition)
    {
        do
        {
            var update = await NextUpdateAsync();
            await AckAsync(update);
        }
        while (!condition(Held));
    }

    public Task AckAsync(Update update, string error = "") => SendAsync(new() { Ack = new() { Revision = update.Revision, Error = error } });

    public async Task HeartbeatAsync(uint sessions = 0)
    {
        await SendAsync(new() { Heartbeat = new() { Sessions = sessions } });
        await NextAsync(ManagementMessage.BodyOneofCase.Heartbeat);
    }

    /// <summary>The next message of a kind; others before it are dropped.</summary>
    public async Task<ManagementMessage> NextAsync(ManagementMessage.BodyOneofCase kind, TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? Limit);
        await foreach (var message in _received.Reader.ReadAllAsync(limit.Token))
        {
            if (message.BodyCase == kind)
            {
                return message;
            }
        }

        throw new InvalidOperationException($"The stream ended with {await _ended} before any {kind}.");
    }

    /// <summary>Whether nothing of a kind waits here; settled because management answers in order.</summary>
    public async Task<bool> HasNoUpdateAsync()
    {
        await SendAsync(new() { Heartbeat = new() });
        using var limit = new CancellationTokenSource(Limit);
        await foreach (var message in _received.Reader.ReadAllAsync(limit.Token))
        {
            if (message.BodyCase != ManagementMessage.BodyOneofCase.Probe)
            {
                return message.BodyCase == ManagementMessage.BodyOneofCase.Heartbeat;
            }
        }

        return false;
    }

    public Task<Status> EndedAsync(TimeSpan? within = null) => _ended.WaitAsync(within ?? Limit);

    /// <summary>Says that nothing more comes, without a farewell.</summary>
    public Task CompleteAsync() => _call.RequestStream.CompleteAsync();

    public async ValueTask DisposeAsync()
    {
        _call.Dispose();
        await _ended;
    }

    private async Task<Status> ReadAsync()
    {
        try
        {
            await foreach (var message in _call.ResponseStream.ReadAllAsync())
            {
                _received.Writer.TryWrite(message);
            }

            return Status.DefaultSuccess;
        }
        catch (RpcException e)
        {
            return e.Status;
        }
        catch (ObjectDisposedException)
        {
            return Status.DefaultCancelled; // the test gave the call up between two messages
        }
        finally
        {
            _received.Writer.TryComplete();
        }
    }
}
