using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Cellway.Model.Contracts;
using Cellway.Node.Certificates;
using Cellway.Node.Hosting;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace Cellway.Node.PhoneHome;

/// <summary>One stream to management, from Hello to its end.</summary>
/// <remarks>Reader, heartbeat and probes put messages into one outbox; one writer sends them, as gRPC wants it.</remarks>
internal sealed class AttachSession(
    GrpcChannel channel,
    ManagementLink link,
    AppliedState state,
    NodeOptions options,
    int port,
    INodeConfiguration configuration,
    INodeVitals vitals,
    INodeUsage usage,
    IEntryDuties duties,
    ManagementContact contact,
    NodeCertificate certificate,
    TimeProvider time,
    Action attached,
    ILogger logger)
{
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastReportLimit = TimeSpan.FromSeconds(2);

    private readonly Channel<NodeMessage> _outbox = Channel.CreateUnbounded<NodeMessage>(new() { SingleReader = true });
    private readonly List<Task> _errands = [];
    private readonly X509Certificate2 _shown = certificate.Current;
    private readonly TaskCompletionSource _sentAway = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private UsageReporting? _usage;
    private bool _attached;

    /// <summary>Whether this node has a newer certificate than the one it shows here.</summary>
    public bool IsOutdated { get; private set; }

    /// <summary>Whether management has asked this node to go to another of its endpoints, or the node goes because <see cref="IsOutdated"/>.</summary>
    public bool IsSentAway => _sentAway.Task.IsCompleted;

    /// <summary>Runs until the stream ends or the node stops; says why it ended. Does not throw for either.</summary>
    /// <remarks>When the node is sent away, the channel still serves calls until the next one does.</remarks>
    public async Task<string> RunAsync(CancellationToken stoppingToken)
    {
        using var life = new CancellationTokenSource();
        using var silence = new CancellationTokenSource(options.SilenceLimit, time);
        await using var onSilence = silence.Token.Register(life.Cancel);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStop = stoppingToken.Register(() => stopped.TrySetResult());

        using var call = new Model.Contracts.PhoneHome.PhoneHomeClient(channel).Attach(cancellationToken: life.Token);
        _outbox.Writer.TryWrite(new() { Hello = Hello() });
        _usage = new(usage, options.UsageInterval, time, message => _outbox.Writer.TryWrite(message));
        _errands.Add(duties.ReportAsync(findings => _outbox.Writer.TryWrite(new() { Findings = findings }), life.Token));
        Task[] loops =
        [
            ReadAsync(call.ResponseStream, silence, life.Token, stoppingToken),
            WriteAsync(call.RequestStream, life.Token),
            BeatAsync(life.Token),
            _usage.RunAsync(life.Token),
        ];

        certificate.Changed += GoWithNewer;
        if (certificate.Current != _shown)
        {
            GoWithNewer(certificate.Current);
        }

        var first = await Task.WhenAny([.. loops, stopped.Task, _sentAway.Task]);
        certificate.Changed -= GoWithNewer;
        if (first == _sentAway.Task)
        {
            return await EndQuietlyAsync(life, loops);
        }

        link.Channel = null;
        if (first == stopped.Task)
        {
            await SayFarewellAsync(loops[1], loops[0]);
        }

        var reason = await EndAsync(life, loops, first);
        return silence.IsCancellationRequested ? "management fell silent" : reason;
    }

    // Management judges calls by the certificate of their connection, until that ends.
    private void GoWithNewer(X509Certificate2 newer)
    {
        IsOutdated = true;
        _sentAway.TrySetResult();
    }

    private async Task<string> EndAsync(CancellationTokenSource life, Task[] loops, Task first)
    {
        await life.CancelAsync();
        _outbox.Writer.TryComplete();
        var reason = "the stream ended";
        foreach (var task in loops.Concat(_errands))
        {
            try
            {
                await task;
            }
            catch (RpcException e) when (task == first)
            {
                reason = $"{e.StatusCode}";
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException or InvalidOperationException or IOException or ChannelClosedException)
            {
                // The others end because the first has.
            }
        }

        return reason;
    }

    // No farewell: the node is not leaving, and its session goes with it to the next replica.
    private async Task<string> EndQuietlyAsync(CancellationTokenSource life, Task[] loops)
    {
        await EndAsync(life, loops, _sentAway.Task);
        return IsOutdated ? "the certificate is renewed" : "management sent this node to another endpoint";
    }

    private Hello Hello()
    {
        var hello = new Hello
        {
            SoftwareVersion = options.SoftwareVersion,
            Address = options.DeclaredAddress ?? "",
            Port = (uint)port,
            Draining = configuration.IsDraining,
            SourceNetwork = options.SourceNetwork ?? "",
            AppliedRevision = state.Held.Revision,
            TrustVersion = state.TrustVersion,
        };
        foreach (var (name, resource) in state.Held.Resources)
        {
            hello.Resources.Add(name, resource.Version);
        }

        return hello;
    }

    private async Task ReadAsync(
        IAsyncStreamReader<ManagementMessage> stream, CancellationTokenSource silence, CancellationToken life, CancellationToken stopping)
    {
        while (await stream.MoveNext(life))
        {
            silence.CancelAfter(options.SilenceLimit);
            contact.Heard();
            if (!_attached)
            {
                _attached = true;
                link.Channel = channel;
                attached();
            }

            switch (stream.Current.BodyCase)
            {
                case ManagementMessage.BodyOneofCase.Update:
                    var ack = await state.ApplyAsync(stream.Current.Update, stopping);
                    _outbox.Writer.TryWrite(new() { Ack = ack });
                    silence.CancelAfter(options.SilenceLimit); // the time it took to apply was not management's silence
                    break;
                case ManagementMessage.BodyOneofCase.Probe:
                    _errands.RemoveAll(task => task.IsCompleted);
                    _errands.Add(ProbeAsync(stream.Current.Probe, life));
                    break;
                case ManagementMessage.BodyOneofCase.Usage:
                    _usage!.Acknowledge(stream.Current.Usage);
                    break;
                case ManagementMessage.BodyOneofCase.GoElsewhere:
                    _sentAway.TrySetResult();
                    break;
                case ManagementMessage.BodyOneofCase.TellTrust when state.HeldTrust is { } held:
                    _outbox.Writer.TryWrite(new() { Trust = held });
                    break;
                case ManagementMessage.BodyOneofCase.RollCall:
                    Beat();
                    break;
                case ManagementMessage.BodyOneofCase.Drain:
                    PhoneHomeLog.Draining(logger);
                    _errands.Add(DrainAsync(life));
                    break;
                case ManagementMessage.BodyOneofCase.Resume:
                    PhoneHomeLog.Resumed(logger);
                    configuration.Reopen();
                    break;
                case ManagementMessage.BodyOneofCase.CloseSessions:
                    foreach (var core in stream.Current.CloseSessions.CoreIds)
                    {
                        duties.CloseSessionsTo(core, stream.Current.CloseSessions.EvenIfAlive);
                    }

                    break;
            }
        }
    }

    private async Task WriteAsync(IClientStreamWriter<NodeMessage> stream, CancellationToken life)
    {
        await foreach (var message in _outbox.Reader.ReadAllAsync(life))
        {
            await stream.WriteAsync(message, life);
        }

        await stream.CompleteAsync();
    }

    private async Task BeatAsync(CancellationToken life)
    {
        using var timer = new PeriodicTimer(options.HeartbeatInterval, time);
        do
        {
            Beat();
        }
        while (await timer.WaitForNextTickAsync(life));
    }

    private void Beat()
    {
        var now = vitals.Read();
        _outbox.Writer.TryWrite(new()
        {
            Heartbeat = new() { Sessions = now.Sessions, BytesUp = now.BytesUp, BytesDown = now.BytesDown, Load = now.Load },
        });
    }

    private async Task ProbeAsync(ProbeRequest request, CancellationToken life)
    {
        var start = time.GetTimestamp();
        string? error;
        try
        {
            error = await duties.ProbeAsync(request.Target, life);
        }
        catch (Exception e) when (!life.IsCancellationRequested)
        {
            error = e.GetType().Name; // its message may name an address
        }

        _outbox.Writer.TryWrite(new()
        {
            ProbeResult = new()
            {
                CoreId = request.CoreId,
                Error = error ?? "",
                Milliseconds = (uint)time.GetElapsedTime(start).TotalMilliseconds,
            },
        });
    }

    private async Task DrainAsync(CancellationToken life)
    {
        try
        {
            await configuration.DrainAsync(life);
        }
        catch (Exception e) when (!life.IsCancellationRequested)
        {
            PhoneHomeLog.DrainFailed(logger, e);
        }

        await _usage!.FinishAsync(LastReportLimit);
    }

    private async Task SayFarewellAsync(Task writer, Task reader)
    {
        await _usage!.FinishAsync(LastReportLimit);
        _outbox.Writer.TryWrite(new() { Leaving = new() });
        _outbox.Writer.TryComplete();
        try
        {
            await Task.WhenAll(writer, reader).WaitAsync(FarewellLimit, time, CancellationToken.None);
        }
        catch (Exception e) when (e is TimeoutException or RpcException or OperationCanceledException or InvalidOperationException)
        {
            // Management will notice without being told.
        }
    }
}
