using System.Text.Json;
using Cellway.Benchmarks;

// Cellway.Benchmarks dataplane|management [--quick] [--json]
var quick = args.Contains("--quick");
Func<bool, Task<IReadOnlyList<Row>>>? run = args.FirstOrDefault() switch
{
    "dataplane" => DataPlaneBench.RunAsync,
    "management" => ManagementBench.RunAsync,
    _ => null,
};
if (run is null)
{
    Console.Error.WriteLine("There is no such benchmark: use dataplane or management.");
    return 2;
}

var rows = await run(quick);
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
