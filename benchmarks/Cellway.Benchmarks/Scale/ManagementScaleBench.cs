using System.Net;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Issuing;

namespace Cellway.Benchmarks.Scale;

/// <summary>Two replicas on one etcd, each a process of its own, and everybody who talks to them in this one: what it costs to have a large network attached.</summary>
internal static class ManagementScaleBench
{
    public static async Task<IReadOnlyList<Row>> RunAsync(ScaleOptions options)
    {
        var rows = new ScaleRows();
        var directory = Directory.CreateDirectory(options.Keep ?? Path.Combine(Path.GetTempPath(), $"cellway-scale-{Environment.ProcessId}")).FullName;
        try
        {
            using var etcd = await EtcdProcess.StartAsync(directory);
            var network = await FindNetworkAsync(directory, etcd, options);
            var nodes = network.Nodes.Select((n, i) => new SimulatedNode(n.Role, n.Cell, n.Certificate, 10_000 + (i % 50_000))).ToList();
            try
            {
                if (options.NeedsNodes || options.Wants("cold"))
                {
                    await new ScaleRun(rows, options, etcd, network, nodes).MeasureAsync();
                }

                if (options.Wants("bare"))
                {
                    await MeasureBareAsync(rows, options, [.. nodes.Where(n => n.Role == Role.Entry)], directory);
                }
            }
            finally
            {
                nodes.ForEach(n => n.Dispose());
            }
        }
        finally
        {
            if (options.Keep is null)
            {
                Directory.Delete(directory, recursive: true);
            }
        }

        return rows.All;
    }

    private static async Task<SimulatedNetwork> FindNetworkAsync(string directory, EtcdProcess etcd, ScaleOptions options)
    {
        await using var store = await etcd.OpenAsync();
        var file = Path.Combine(directory, $"network-{options.Cores}-{options.Entries}-{options.Devices}-{options.Cells}");
        if (!File.Exists(file))
        {
            ScaleRows.Say($"filling etcd with {options.Devices:N0} devices, {options.Cores:N0} Cores, {options.Entries:N0} Entries");
            var created = await SimulatedNetwork.CreateAsync(store, options);
            await created.SaveAsync(file);
            return created;
        }

        var network = await SimulatedNetwork.LoadAsync(file);
        foreach (var left in (await store.ListAsync(network.Keys.Prefix + StateKeys.Folders.Sessions, default)).Entries)
        {
            await store.CommitAsync(new StateTransaction().Delete(left.Key), default); // of the run before, whose lease begins anew with etcd
        }

        return network;
    }

    // The same questions to a service that answers a constant.
    private static async Task MeasureBareAsync(ScaleRows rows, ScaleOptions options, List<SimulatedNode> entries, string directory)
    {
        ScaleRows.Say("lookups of a bare gRPC service");
        var web = WebCertificateMaker.Make(["bare.example"], [IPAddress.Loopback], TimeSpan.FromDays(1), TimeProvider.System);
        await File.WriteAllTextAsync(
            Path.Combine(directory, "bare.pem"), web.Chain + "\n" + System.Security.Cryptography.PemEncoding.WriteString("PRIVATE KEY", web.PrivateKey) + "\n");
        using var bare = await ReplicaProcess.StartAsync("bare", directory);
        await LookupMeasurement.RunAsync(rows, "bare gRPC, ", options, entries, bare, connect: true);
        ScaleRows.Say("the same as calls of their own");
        await LookupMeasurement.RunAsync(rows, "bare gRPC, calls, ", options, entries, bare, connect: false, alone: true);
    }
}
