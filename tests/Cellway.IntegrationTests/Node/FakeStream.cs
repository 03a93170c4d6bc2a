using System.Threading.Channels;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Grpc.Core;

namespace Cellway.IntegrationTests.Node;

/// <summary>Management's end of one attached node.</summary>
internal sealed class FakeStream(Identity caller, IServerStreamWriter<ManagementMessage> down) : IDisposable
{
    private readonly Channel<NodeMessage> _received = Channel.CreateUnbounded<NodeMessage>();
    private readonly CancellationTokenSource _cut = new();
    private readonly SemaphoreSlim _writing = new(1);
    private int _heartbeats;

    public Identity Caller => caller;

    public int Heartbeats => Volatile.Read(ref _heartbeats);

    /// <summary>Whether heartbeats are answered.</summary>
    public bool Silent { get; set; }

    public async Task RunAsync(IAsyncStreamReader<NodeMessage> up, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cut.Token);
        try
        {
            while (await up.MoveNext(either.Token))
            {
                if (up.Current.BodyCase != NodeMessage.BodyOneofCase.Heartbeat)
                {
                    await _received.Writer.WriteAsync(up.Current, either.Token);
                    continue;
                }

                Interlocked.Increment(ref _heartbeats);
                if (!Silent)
                {
                    await SendAsync(new ManagementMessage { Heartbeat = new() });
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The node is gone, or the test cut the stream.
        }
        finally
        {
            _received.Writer.TryComplete();
        }
    }

    public async Task SendAsync(ManagementMessage message)
    {
        await _writing.WaitAsync();
        try
        {
            await down.WriteAsync(message);
        }
        finally
        {
            _writing.Release();
        }
    }

    public Task SendAsync(Update update) => SendAsync(new ManagementMessage { Update = update });

    public async Task<NodeMessage> NextAsync() =>
        await _received.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public async Task<bool> EndsAsync() =>
        !await _received.Reader.WaitToReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public void Cut() => _cut.Cancel();

    public void Dispose()
    {
    }
}
