using System.Globalization;

namespace Cellway.IntegrationTests.Probes;

/// <summary>The configurations that operators are given, with a test's names and ports in them.</summary>
internal static class NginxExamples
{
    /// <summary>A file of deploy/nginx, each text replaced; every one must be there.</summary>
    public static string Read(string file, params (string From, string To)[] changes)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "deploy", "nginx", file)))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException($"deploy/nginx/{file}");
        }

        var text = File.ReadAllText(Path.Combine(directory.FullName, "deploy", "nginx", file));
        foreach (var (from, to) in changes)
        {
            Assert.Contains(from, text, StringComparison.Ordinal);
            text = text.Replace(from, to, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The timers of all servers of the probes.</summary>
    public static string Timers { get; } = string.Create(CultureInfo.InvariantCulture, $"""
        client_header_timeout {ProbeTimers.Header}s; client_body_timeout {ProbeTimers.Header}s;
        lingering_timeout {ProbeTimers.Linger}s; keepalive_timeout {ProbeTimers.KeepAlive}s;
        """);

    /// <summary>For strangers of a Core.</summary>
    public static string Core(ProbeSite site, int port) => Read(
        "core.conf",
        ("127.0.0.1:8443", $"127.0.0.1:{port}"),
        ("server_name exit.example;", $"server_name {ProbeSite.Name};"),
        ("/var/www/html", site.Root),
        ("/var/lib/cellway/web/exit.example/fullchain.pem", site.CertificateFile),
        ("/var/lib/cellway/web/exit.example/privkey.pem", site.KeyFile));

    /// <summary>In front of an Entry.</summary>
    public static string Entry(ProbeSite site, int port, int entry) => Read(
        "entry.conf",
        ("listen 443 ssl http2;", $"listen 127.0.0.1:{port} ssl http2;"),
        ("listen [::]:443 ssl http2;", ""),
        ("127.0.0.1:8080", $"127.0.0.1:{entry}"),
        ("server_name entry.example;", $"server_name {ProbeSite.Name};"),
        ("/var/www/html", site.Root),
        ("/var/lib/cellway/web/entry.example/fullchain.pem", site.CertificateFile),
        ("/var/lib/cellway/web/entry.example/privkey.pem", site.KeyFile));
}
