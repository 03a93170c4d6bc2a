using System.Text.Json;
using Cellway.Benchmarks;

// Cellway.Benchmarks dataplane|management|subscription|failover|revocation|bot|backup [--quick] [--json]
if (args is ["load", var load, var loadDirectory])
{
    await LoadProcess.RunAsync(load, loadDirectory); // the target or background load, started by this program itself
    return 0;
}

if (args is ["replica", var kind, var argument])
{
    await Cellway.Benchmarks.Scale.ReplicaProgram.RunAsync(kind, argument); // the measured process, started by this program itself
    return 0;
}

var quick = args.Contains("--quick");
Func<bool, Task<IReadOnlyList<Row>>>? run = args.FirstOrDefault() switch
{
    "dataplane" => DataPlaneBench.RunAsync,
    "management" => ManagementBench.RunAsync,
    "subscription" => Cellway.Benchmarks.Subscriptions.SubscriptionBench.RunAsync,
    "failover" => Cellway.Benchmarks.Failover.FailoverBench.RunAsync,
    "revocation" => Cellway.Benchmarks.Revocation.RevocationBench.RunAsync,
    "bot" => Cellway.Benchmarks.Bot.BotBench.RunAsync,
    "backup" => BackupBench.RunAsync,
    _ => null,
};
if (run is null)
{
    Console.Error.WriteLine("There is no such benchmark: use dataplane, management, subscription, failover, revocation, bot or backup.");
    return 2;
}

IReadOnlyList<Row> rows;
try
{
    rows = await run(quick);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

if (args.Contains("--json"))
{
    Console.WriteLine(JsonSerializer.Serialize(rows, new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase }));
}
else
{
    Console.WriteLine(Machine.Description);
    Row.Print(rows);
}

return 0;
