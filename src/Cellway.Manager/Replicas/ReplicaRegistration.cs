using Cellway.Manager.Api;
using Cellway.Manager.Leadership;
using Cellway.Model.Nodes;
using Cellway.Model.Replicas;
using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.Replicas;

/// <summary>Lets the others know that this replica is there, and nodes where; takes that back when it stops.</summary>
internal sealed class ReplicaRegistration(
    IStateStore store, StateKeys keys, Replica replica, ReplicaLease lease, ManagementAddresses addresses, TimeProvider time, ReplicaLog log)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly DateTimeOffset _since = time.GetUtcNow();
    private HeldLease? _held;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before nodes are sent to others, so that nobody sends them here.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TryAgainAfter);
        try
        {
            if (_held is { Lost.IsCancellationRequested: false } held)
            {
                await store.CommitAsync(new StateTransaction().Put(keys.Replica(replica.Id), StateJson.Write(Record(stopping: true)), held.Id), limit.Token);
            }
        }
        catch (Exception e) when (e is IOException or ArgumentException or OperationCanceledException)
        {
            // The lease's end will tell them.
        }
    }

    public override void Dispose()
    {
        _stopping.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _stopping.Token);
        try
        {
            await addresses.Bound.WaitAsync(stop.Token); // not “started”, which is told in no order: others would be shown an empty address
            while (true)
            {
                await RegisterAsync(stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private async Task RegisterAsync(CancellationToken stop)
    {
        try
        {
            var held = await lease.HoldAsync(stop);
            await store.CommitAsync(new StateTransaction().Put(keys.Replica(replica.Id), StateJson.Write(Record(stopping: false)), held.Id), stop);
            _held = held;
            foreach (var endpoint in addresses.ForNodes)
            {
                var record = new EndpointRecord { Endpoint = endpoint, SeenAt = time.GetUtcNow() };
                await store.CommitAsync(new StateTransaction().Create(keys.Endpoint(endpoint), StateJson.Write(record)), stop);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, time, held.Lost).WaitAsync(stop).ContinueWith(_ => { }, TaskScheduler.Default);
            stop.ThrowIfCancellationRequested();
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            log.NotRegistered(e);
            await Task.Delay(TryAgainAfter, time, stop);
        }
    }

    private ReplicaRecord Record(bool stopping) => new()
    {
        Id = replica.Id,
        Endpoints = addresses.ForNodes,
        Admin = addresses.ForOperators,
        SoftwareVersion = Software.Version,
        Since = _since,
        Stopping = stopping,
    };
}
