using Cellway.KestrelBaseline;

// The tunnel as Kestrel and HttpClient make it, tuned, without anything around it: what Cellway's own is measured against.
// Cellway.KestrelBaseline core READY-FILE CERTIFICATES
// Cellway.KestrelBaseline entry READY-FILE CERTIFICATES CORE-PORT
return args switch
{
    ["core", var ready, var certificates] => await BaselineCore.RunAsync(ready, certificates),
    ["entry", var ready, var certificates, var core] => await BaselineEntry.RunAsync(ready, certificates, int.Parse(core, System.Globalization.CultureInfo.InvariantCulture)),
    _ => 2,
};
