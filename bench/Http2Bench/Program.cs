using Cellway.Http2Bench;

// Http2Bench run [dl ul rate pp idle mixed far]   the whole chain, each role its own process
// Http2Bench core|entry|sink|delay …      one role; started by run
if (Environment.GetEnvironmentVariable("GCSTAT") is not null && args[0] is "entry" or "core")
{
    var last = 0L;
    Stats.Timer = new Timer(_ =>
    {
        var now = GC.GetTotalAllocatedBytes();
        Console.Error.WriteLine($"{args[0]}: allocated {(now - last) / 1024} KB in a second, collections {GC.CollectionCount(0)} {GC.CollectionCount(1)} {GC.CollectionCount(2)}");
        last = now;
    }, null, 1000, 1000);
}

return args switch
{
    ["sink", var ready] => await Sink.RunAsync(ready),
    ["core", var ready, var target] => await CoreRole.RunAsync(ready, int.Parse(target)),
    ["entry", var ready, var core] => await EntryRole.RunAsync(ready, int.Parse(core)),
    ["delay", var ready, var target, var milliseconds] => await DelayProxy.RunAsync(ready, int.Parse(target), int.Parse(milliseconds)),
    ["load", var port, var mode, .. var rest] => await Load.RunAsync(int.Parse(port), mode, rest),
    ["run", .. var modes] => await Orchestrator.RunAsync(modes),
    _ => 2,
};

/// <summary>Keeps the timer alive.</summary>
internal static class Stats
{
    public static Timer? Timer { get; set; }
}
