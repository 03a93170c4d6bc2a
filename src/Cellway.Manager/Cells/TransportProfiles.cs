using Cellway.Manager.Api;
using Cellway.Model.Cells;

namespace Cellway.Manager.Cells;

/// <summary>Reads what an operator wants clients of a cell to speak.</summary>
internal static class TransportProfiles
{
    /// <returns>Makes the new profile of the old one.</returns>
    /// <exception cref="AdminException">There is no such transport, or no such fingerprint.</exception>
    public static Func<TransportProfile?, TransportProfile?> Change(IReadOnlyList<string>? transports, IReadOnlyList<string>? fingerprints)
    {
        var kinds = transports?.Select(ReadTransport).Distinct().ToList();
        if (fingerprints?.FirstOrDefault(f => !TransportProfile.KnownFingerprints.Contains(f)) is { } unknown)
        {
            throw AdminException.Invalid($"“{unknown}” is not a browser that apps can imitate: use {string.Join(", ", TransportProfile.KnownFingerprints)}.");
        }

        return before =>
        {
            if (kinds is null && fingerprints is null)
            {
                return before;
            }

            var profile = before ?? TransportProfile.Default;
            return profile with
            {
                Transports = kinds is null ? profile.Transports : kinds.Count == 0 ? TransportProfile.Default.Transports : kinds,
                Fingerprints = fingerprints is null ? profile.Fingerprints : fingerprints.Count == 0 ? TransportProfile.Default.Fingerprints : fingerprints,
            };
        };
    }

    private static Transport ReadTransport(string name) => name switch
    {
        "grpc" => Transport.Grpc,
        "websocket" => Transport.WebSocket,
        _ => throw AdminException.Invalid($"“{name}” is not a transport: use grpc or websocket."),
    };
}
