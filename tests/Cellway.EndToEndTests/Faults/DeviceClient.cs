using System.Text.Json;
using Cellway.Model.Devices;
using Cellway.Testing.Histories;
using Span = Cellway.Testing.Histories.Span;

namespace Cellway.EndToEndTests.Faults;

/// <summary>An operator who makes devices, re-issues anybody's, and disables, enables and deletes their own, each time on another replica.</summary>
internal sealed class DeviceClient(string user, IReadOnlyList<ReplicaCalls> replicas, Devices devices, HistoryRecorder recorder, Random random)
{
    private const int Most = 30;

    private readonly Queue<(string Id, string Name)> _own = new();
    private int _made;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var step = random.Next(10) switch
            {
                < 4 when devices.Count < Most => MakeAsync(),
                < 8 when devices.Any(random) is { } id => ReissueAsync(id),
                _ when _own.Count > 3 => EndAsync(),
                _ => MakeAsync(),
            };
            await step;
            await Task.Delay(random.Next(30, 120), CancellationToken.None);
        }
    }

    private ReplicaCalls Any => replicas[random.Next(replicas.Count)];

    private async Task MakeAsync()
    {
        var name = $"d{_made++}";
        var (outcome, span, run, answer) = await Any.AdminAsync(HttpMethod.Post, "devices", new { user, name });
        recorder.Add(new WriteOperation(Facts.DeviceName(user, name), Facts.Made, run, span, outcome));
        if (outcome == Outcome.Done)
        {
            var id = answer.GetProperty("device").GetProperty("id").GetString()!;
            Told(id, answer, span, run);
            _own.Enqueue((id, name));
        }
    }

    private async Task ReissueAsync(string id)
    {
        var (outcome, span, run, answer) = await Any.AdminAsync(HttpMethod.Post, $"devices/{id}/credential");
        if (outcome == Outcome.Done)
        {
            Told(id, answer, span, run);
        }
        else
        {
            recorder.Add(new WriteOperation(Facts.Device(id), null, run, span, outcome));
        }
    }

    private async Task EndAsync()
    {
        var (id, name) = _own.Dequeue();
        if (random.Next(2) == 0 && await ChangeAsync(id, Facts.Disabled, new { disabled = true }) == Outcome.Done)
        {
            await ChangeAsync(id, Facts.Enabled, new { disabled = false });
        }

        devices.Remove(id);
        var (outcome, span, run, _) = await Any.AdminAsync(HttpMethod.Delete, $"devices/{id}");
        recorder.Add(new WriteOperation(Facts.Device(id), Facts.Gone, run, span, outcome));
        recorder.Add(new WriteOperation(Facts.DeviceName(user, name), Facts.Gone, run, span, outcome));
    }

    private async Task<Outcome> ChangeAsync(string id, string value, object change)
    {
        var (outcome, span, run, _) = await Any.AdminAsync(HttpMethod.Patch, $"devices/{id}", change);
        recorder.Add(new WriteOperation(Facts.Device(id), value, run, span, outcome));
        return outcome;
    }

    private void Told(string id, JsonElement answer, Span span, string run)
    {
        var url = answer.GetProperty("subscriptionUrls")[0].GetString()!;
        Assert.True(SubscriptionToken.TryParse(url[(url.LastIndexOf('/') + 1)..], out var token));
        var credential = VlessId.Of(token).Hash();
        recorder.Add(new WriteOperation(Facts.Device(id), Facts.Credential(credential.ToString()), run, span, Outcome.Done));
        devices.Add(id, credential.ToArray());
    }
}
