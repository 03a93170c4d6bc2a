using Cellway.Model.Devices;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>On whose behalf a Core's session runs.</summary>
internal sealed record SessionOwner(RouteId Route, Hash256 EntryKey);
