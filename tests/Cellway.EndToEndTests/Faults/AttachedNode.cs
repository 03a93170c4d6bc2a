using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Contracts;
using Cellway.Testing.Histories;
using Grpc.Core;

namespace Cellway.EndToEndTests.Faults;

/// <summary>A node that stays attached to some replica, as far as there is one.</summary>
internal sealed class AttachedNode(string id, X509Certificate2 certificate, IReadOnlyList<ReplicaCalls> replicas, HistoryRecorder recorder, Random random)
{
    public string Id => id;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var replica = replicas[random.Next(replicas.Count)];
            try
            {
                using var channel = replica.Connect(certificate);
                using var call = new PhoneHome.PhoneHomeClient(channel).Attach(cancellationToken: stop);
                await call.RequestStream.WriteAsync(new() { Hello = new() { SoftwareVersion = "fault suite", Port = 9443 } }, stop);
                await StayAsync(call, stop);
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.PermissionDenied or StatusCode.Unauthenticated)
            {
                recorder.Surprise($"{replica.Replica.Run} turned the node {id} away: {e.Status.Detail}");
            }
            catch (Exception e) when (e is RpcException or InvalidOperationException or OperationCanceledException)
            {
                // The replica is gone: to another one.
            }

            await Task.Delay(300, CancellationToken.None);
        }
    }

    // Heartbeats until the replica ends the stream, sends the node away or falls silent.
    private static async Task StayAsync(AsyncDuplexStreamingCall<NodeMessage, ManagementMessage> call, CancellationToken stop)
    {
        var listening = ListenAsync(call, stop);
        while (!listening.IsCompleted)
        {
            await call.RequestStream.WriteAsync(new() { Heartbeat = new() }, stop);
            await Task.WhenAny(listening, Task.Delay(1000, stop));
        }

        await listening;
    }

    private static async Task ListenAsync(AsyncDuplexStreamingCall<NodeMessage, ManagementMessage> call, CancellationToken stop)
    {
        while (await call.ResponseStream.MoveNext(stop))
        {
            if (call.ResponseStream.Current.BodyCase == ManagementMessage.BodyOneofCase.GoElsewhere)
            {
                return;
            }
        }
    }
}
