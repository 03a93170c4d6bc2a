using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Tunnel;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.DataPlane.Vless;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.Tests.DataPlane.Tunnel;

/// <summary>The Entry's part without sockets: a client made of pipes, and Cores that do as they are told.</summary>
public sealed class EntryTunnelTests
{
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(16);
    private readonly List<FakeCore> _cores = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_NextCore_GetsTheSameBytesWithItsOwnRouteId_AndNoneTheCredential()
    {
        var client = new FakeCall();
        await client.Request.Writer.WriteAsync(Message([.. VlessHeader.Tcp(_id, new IPEndPoint(1, 80)), 1, 2, 3]), Token);
        await client.Request.Writer.CompleteAsync();
        _cores.AddRange([new(takes: false), new(takes: true)]);

        Assert.True(await RunAsync(client));

        for (var i = 0; i < 2; i++)
        {
            byte[] expected = Message([.. VlessHeader.Tcp(RouteIdOf(i).ToArray(), new IPEndPoint(1, 80)), 1, 2, 3]);
            var got = _cores[i].Received.ToArray();
            Assert.Equal(expected[..Math.Min(got.Length, expected.Length)], got);
            Assert.True(got.AsSpan().IndexOf(_id) < 0);
        }

        Assert.Equal(Message([.. VlessHeader.Tcp(RouteIdOf(1).ToArray(), new IPEndPoint(1, 80)), 1, 2, 3]), _cores[1].Received.ToArray());
        Assert.Equal((true, true, false), (client.IsAccepted, client.IsCompleted, client.IsReset));
    }

    [Fact]
    public async Task Run_NoCoreTakesIt_NothingIsAnswered()
    {
        var client = new FakeCall();
        await client.Request.Writer.WriteAsync(Message(VlessHeader.Tcp(_id, new IPEndPoint(1, 80))), Token);
        _cores.Add(new(takes: false));

        Assert.False(await RunAsync(client));
        Assert.False(client.IsAccepted || client.IsCompleted || client.IsReset);
    }

    [Fact]
    public async Task Run_CoreFailsMidway_TheClientSeesAReset()
    {
        var client = new FakeCall();
        await client.Request.Writer.WriteAsync(Message(VlessHeader.Tcp(_id, new IPEndPoint(1, 80))), Token);
        _cores.Add(new(takes: true) { Fails = true });

        Assert.True(await RunAsync(client));
        Assert.Equal((false, true), (client.IsCompleted, client.IsReset));
    }

    /// <summary>A client in a hurry sends more with its header than is kept for a second Core; the header must reach the first one all the same.</summary>
    [Fact]
    public async Task Run_FirstFlightLargerThanWhatIsKept_TheCoreStillGetsTheHeader()
    {
        var client = new FakeCall();
        byte[] flight = [.. Message(VlessHeader.Tcp(_id, new IPEndPoint(1, 80))), .. Enumerable.Repeat(Message(new byte[30_000]), 10).SelectMany(m => m)];
        await client.Request.Writer.WriteAsync(flight, Token);
        await client.Request.Writer.CompleteAsync();
        _cores.Add(new(takes: true) { AnswersAfter = 64 });

        Assert.True(await RunAsync(client));
        Assert.Equal(flight.Length, _cores[0].Received.Length);
        Assert.True(client.IsCompleted);
    }

    private static RouteId RouteIdOf(int core) => new([.. Enumerable.Repeat((byte)(0xa0 + core), 16)]);

    private static byte[] Message(byte[] data)
    {
        var message = new byte[HunkHeader.LengthFor(data.Length) + data.Length];
        data.CopyTo(message, HunkHeader.Write(message, data.Length));
        return message;
    }

    private async Task<bool> RunAsync(FakeCall client)
    {
        using var sessions = new SessionTable(TimeProvider.System);
        using var routes = new RouteCache(new Resolver(_cores.Count), TimeSpan.FromSeconds(1), TimeProvider.System);
        using var meters = new Meters();
        var tunnel = new EntryTunnel(
            new() { Listen = new(IPAddress.Loopback, 0) },
            routes,
            new Transport(_cores),
            sessions,
            new(meters, "test", "open", sessions),
            NullLogger.Instance);
        return await tunnel.RunAsync(client).WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    private sealed class Resolver(int count) : IRouteResolver
    {
        public ValueTask<RouteAnswer> ResolveAsync(Hash256 credential, CancellationToken cancellationToken) =>
            ValueTask.FromResult(RouteAnswer.Found([.. Enumerable.Range(0, count).Select(i =>
                new CoreRoute($"core{i}", new IPEndPoint(IPAddress.Loopback, i), "exit.test", "name", default, RouteIdOf(i)))]));
    }

    private sealed class Transport(List<FakeCore> cores) : ICoreTransport
    {
        public Task<ICoreCall> OpenAsync(CoreRoute route, CancellationToken cancellationToken) =>
            Task.FromResult<ICoreCall>(cores[((IPEndPoint)route.EndPoint).Port]);
    }

    private sealed class FakeCore(bool takes) : ICoreCall
    {
        private readonly TaskCompletionSource _uplinkEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Fails { get; init; }

        public int AnswersAfter { get; init; }

        public MemoryStream Received { get; } = new();

        public Stream Uplink => Received;

        public async Task<bool> AnswerAsync(CancellationToken cancellationToken)
        {
            while (Received.Length < AnswersAfter)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            return takes;
        }

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            if (Fails)
            {
                throw new IOException("reset");
            }

            await _uplinkEnded.Task.WaitAsync(cancellationToken);
            return 0;
        }

        public void CompleteUplink() => _uplinkEnded.TrySetResult();

        public void Dispose()
        {
            // what was received stays readable
        }
    }

    private sealed class FakeCall : ITunnelCall
    {
        private readonly Pipe _response = new();

        public Pipe Request { get; } = new(new PipeOptions(pauseWriterThreshold: 0));

        public bool IsAccepted { get; private set; }

        public bool IsCompleted { get; private set; }

        public bool IsReset { get; private set; }

        public PipeReader Input => Request.Reader;

        public PipeWriter Output => _response.Writer;

        public CancellationToken Aborted => CancellationToken.None;

        public void Accept() => IsAccepted = true;

        public Task SendHeadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task CompleteAsync()
        {
            IsCompleted = true;
            return Task.CompletedTask;
        }

        public void Reset() => IsReset = true;
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
