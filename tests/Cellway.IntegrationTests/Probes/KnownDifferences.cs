namespace Cellway.IntegrationTests.Probes;

/// <summary>Where our server differs, and why. A row that no longer differs fails, so that this list can only shrink.</summary>
internal static class KnownDifferences
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["h2: PING"] = "the ACK of a PING overtakes the one of the SETTINGS that came before it in the same turn",
        ["h2: PRIORITY on itself"] = "RST_STREAM as RFC 9113 has it, where nginx ends the connection",
        ["h2: HEADERS depending on itself"] = "RST_STREAM as RFC 9113 has it, where nginx ends the connection",
        ["h2: HEADERS padded too long"] = "GOAWAY with FRAME_SIZE_ERROR, where nginx says PROTOCOL_ERROR",
        ["h2: Frame too long"] = "we close at once, nginx waits for the rest of 16 MB",
        ["h2: SETTINGS with a small window"] = "frames of one turn are answered together, so the data is not split at the old window",
    };
}
