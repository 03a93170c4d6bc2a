using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Contracts;
using Cellway.Testing.Histories;
using Grpc.Core;

namespace Cellway.EndToEndTests.Faults;

/// <summary>An Entry that meets devices and asks any replica for their routes.</summary>
internal sealed class LookupClient(X509Certificate2 entry, IReadOnlyList<ReplicaCalls> replicas, Devices devices, HistoryRecorder recorder, Random random)
{
    private readonly PhoneHome.PhoneHomeClient[] _asEntry = [.. replicas.Select(r => new PhoneHome.PhoneHomeClient(r.Connect(entry)))];

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (devices.AnyCredential(random) is { } device)
            {
                var i = random.Next(replicas.Count);
                var (status, span, run) = await replicas[i].ResolveAsync(_asEntry[i], device.Credential);
                recorder.Add(new LookupOperation(
                    Facts.Device(device.Id),
                    Facts.Credential(Convert.ToHexStringLower(device.Credential)),
                    run,
                    span,
                    status switch { StatusCode.OK => true, StatusCode.NotFound => false, _ => null }));
                if (status is StatusCode.Unauthenticated or StatusCode.PermissionDenied)
                {
                    recorder.Surprise($"{run} turned the Entry away: {status}");
                }
            }

            await Task.Delay(random.Next(5, 40), CancellationToken.None);
        }
    }
}
