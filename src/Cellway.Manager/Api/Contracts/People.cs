namespace Cellway.Manager.Api;

/// <summary>A participant to add.</summary>
/// <param name="Id">Their name: 1 to 63 of a–z, 0–9 and hyphens.</param>
/// <param name="ReserveBytesPerMonth">Bytes a month they lend to devices of other cells.</param>
public sealed record NewParticipant(string Id, long ReserveBytesPerMonth = 0);

/// <summary>A participant.</summary>
/// <param name="Id">Their name.</param>
/// <param name="ReserveBytesPerMonth">Bytes a month they lend.</param>
/// <param name="Nodes">Nodes they have brought that are not revoked.</param>
/// <param name="CreatedAt">When they were added.</param>
public sealed record ParticipantInfo(string Id, long ReserveBytesPerMonth, int Nodes, DateTimeOffset CreatedAt);

/// <summary>A user to add.</summary>
/// <param name="Id">Their name: 1 to 63 of a–z, 0–9 and hyphens.</param>
public sealed record NewUser(string Id);

/// <summary>A change to a user; what is null stays.</summary>
/// <param name="Disabled">Whether their devices are refused.</param>
public sealed record UserChange(bool? Disabled = null);

/// <summary>A user.</summary>
/// <param name="Id">Their name.</param>
/// <param name="Disabled">Whether their devices are refused.</param>
/// <param name="Devices">How many they have.</param>
/// <param name="CreatedAt">When they were added.</param>
public sealed record UserInfo(string Id, bool Disabled, int Devices, DateTimeOffset CreatedAt);

/// <summary>A device to add.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="Name">The owner's name for it: 1 to 63 of a–z, 0–9 and hyphens.</param>
/// <param name="Cell">Its home; null for the active cell with the fewest devices.</param>
public sealed record NewDevice(string User, string Name, string? Cell = null);

/// <summary>A change to a device; what is null stays.</summary>
/// <param name="Disabled">Whether it is refused.</param>
public sealed record DeviceChange(bool? Disabled = null);

/// <summary>Where a device is to go; exactly one of these.</summary>
/// <param name="Core">A Core that it is pinned to; its home becomes that one's cell.</param>
/// <param name="Cell">Its new home; it is pinned to no Core then.</param>
/// <param name="Unpin">Whether it goes to the Core that suits it best again.</param>
public sealed record DeviceMove(string? Core = null, string? Cell = null, bool Unpin = false);

/// <summary>A device.</summary>
/// <param name="Id">Its id.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Name">The owner's name for it.</param>
/// <param name="Cell">Its home.</param>
/// <param name="Disabled">Whether it is refused.</param>
/// <param name="Core">The Core its next session goes to, if there is one.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="PinnedCore">The Core that it is pinned to.</param>
/// <param name="LentBy">The cell whose Core it is lent, because its own has none that it could use.</param>
public sealed record DeviceInfo(
    string Id, string User, string Name, string Cell, bool Disabled, string? Core, DateTimeOffset CreatedAt, string? PinnedCore = null, string? LentBy = null);

/// <summary>A device with its secret, shown once.</summary>
/// <param name="Device">The device.</param>
/// <param name="SubscriptionUrls">The same subscription by every way in; whoever has one can use the network as this device.</param>
public sealed record DeviceCredential(DeviceInfo Device, IReadOnlyList<string> SubscriptionUrls);
