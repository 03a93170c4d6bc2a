using System.Net;
using Cellway.Model.Identities;
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
            var nodes = network.Nodes.Select((n, i) => new SimulatedNode(n.Role, n.Cell, n.Certificate, SimulatedNetwork.PortOf(i))).ToList();
            try
            {
                if (options.NeedsNodes || options.Wants("cold"))
                {
                    await new ScaleRun(rows, options, etcd, network, nodes).MeasureAsync();
                }

                if (options.Wants("bare"))
                {
                    await MeasureBareAsync(rows, options, nodes, directory);
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
        SimulatedNetwork network;
        if (File.Exists(file))
        {
            network = await SimulatedNetwork.LoadAsync(file);
        }
        else
        {
            ScaleRows.Say($"filling etcd with {options.Devices:N0} devices, {options.Cores:N0} Cores, {options.Entries:N0} Entries");
            network = await SimulatedNetwork.CreateAsync(store, options);
            await network.SaveAsync(file);
        }

        await (options.NoSessions ? network.EndSessionsAsync(store) : network.LeaveSessionsAsync(store));
        return network;
    }

    // The same questions to a service that answers a constant.
    private static async Task MeasureBareAsync(ScaleRows rows, ScaleOptions options, List<SimulatedNode> nodes, string directory)
    {
        ScaleRows.Say("lookups of a bare gRPC service");
        var web = WebCertificateMaker.Make(["bare.example"], [IPAddress.Loopback], TimeSpan.FromDays(1), TimeProvider.System);
        await File.WriteAllTextAsync(
            Path.Combine(directory, "bare.pem"), web.Chain + "\n" + System.Security.Cryptography.PemEncoding.WriteString("PRIVATE KEY", web.PrivateKey) + "\n");
        using var bare = await ReplicaProcess.StartAsync("bare", directory);
        var entries = nodes.Where(n => n.Role == Role.Entry).ToList();
        await LookupMeasurement.RunAsync(rows, "bare gRPC, ", options, entries, bare, connect: true);
        ScaleRows.Say("the same as calls of their own");
        await LookupMeasurement.RunAsync(rows, "bare gRPC, calls, ", options, entries, bare, connect: false, alone: true);

        ScaleRows.Say("streams of a bare gRPC service");
        var before = await bare.ReadAsync(settle: true);
        await Parallel.ForEachAsync(nodes, new ParallelOptions { MaxDegreeOfParallelism = ScaleRun.AtOnce }, async (node, _) => await node.AttachAsync(bare.Nodes));
        var after = await bare.ReadAsync(settle: true);
        rows.Beside("bare gRPC, ", "attach elsewhere: CPU of management", "ms/node", [(after.Cpu - before.Cpu) * 1000 / nodes.Count]);
        rows.Beside("bare gRPC, ", "heap per attached node", "KB", [(after.Heap - before.Heap) / 1024.0 / nodes.Count]);
        rows.Beside("bare gRPC, ", "resident per attached node", "KB", [(after.Resident - before.Resident) / 1024.0 / nodes.Count]);
    }
}
