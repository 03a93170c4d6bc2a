using Cellway.Http2Bench;

// Http2Bench run [dl ul rate pp idle mixed far]   the whole chain, each role its own process
// Http2Bench core|entry|sink|delay …      one role; started by run
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
