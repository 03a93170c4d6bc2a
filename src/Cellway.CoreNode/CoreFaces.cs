using System.Collections.Frozen;
using System.Net;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Tunnel.Core;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Node.Certificates;
using Cellway.Node.PhoneHome;

namespace Cellway.CoreNode;

/// <summary>What management sends, as the exit wants it.</summary>
internal static class CoreFaces
{
    /// <param name="resources">All of it.</param>
    /// <param name="revoked">Whom this node refuses: what was signed, and what it has heard besides.</param>
    /// <exception cref="InvalidDataException">The cell is missing.</exception>
    public static CoreFace Of(IEnumerable<Resource> resources, IEnumerable<Hash256> revoked)
    {
        var all = resources.ToLookup(r => r.BodyCase);
        var cell = all[Resource.BodyOneofCase.CoreCell].SingleOrDefault()?.CoreCell ?? throw new InvalidDataException("The cell is missing.");
        return new()
        {
            CellId = cell.CellId,
            ExitDomain = cell.ExitDomain,
            WebCertificate = WebCertificates.Open(cell.Certificate),
            Limits = LimitsOf(all[Resource.BodyOneofCase.Routes].SelectMany(r => r.Routes.Routes)),
            ServiceNames = NamesOfHops.In(all[Resource.BodyOneofCase.ExitNames], r => r.ExitNames).GetValueOrDefault(cell.CellId) ?? [],
            Routes = all[Resource.BodyOneofCase.Routes].SelectMany(r => r.Routes.Routes).Select(r => new RouteId(r.RouteId.Span)).ToFrozenSet(),
            EntryAddresses = all[Resource.BodyOneofCase.EntryAddresses].SelectMany(r => r.EntryAddresses.Addresses).Select(a => new IPAddress(a.Span)).ToFrozenSet(),
            RevokedKeys = revoked.ToFrozenSet(),
        };
    }

    private static FrozenDictionary<RouteId, DeviceLimits> LimitsOf(IEnumerable<Route> routes) => routes
        .Where(r => r.Sessions > 0 || r.BytesPerSecond > 0)
        .ToFrozenDictionary(r => new RouteId(r.RouteId.Span), r => new DeviceLimits
        {
            Sessions = r.Sessions == 0 ? null : (int)Math.Min(r.Sessions, int.MaxValue),
            BytesPerSecond = r.BytesPerSecond == 0 ? null : (long)Math.Min(r.BytesPerSecond, long.MaxValue),
        });
}
