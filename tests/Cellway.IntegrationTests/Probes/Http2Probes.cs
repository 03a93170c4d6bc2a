namespace Cellway.IntegrationTests.Probes;

/// <summary>Probes of HTTP/2.</summary>
internal static class Http2Probes
{
    public static IEnumerable<Probe> All { get; } = [];
}
