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
/// <param name="Apps">Client apps that may read its subscription, 1 to 32; 0: any number.</param>
/// <param name="Addresses">Addresses that its sessions may come from at one time at one Entry; 0: any number.</param>
public sealed record DeviceChange(bool? Disabled = null, int? Apps = null, int? Addresses = null);

/// <summary>A device.</summary>
/// <param name="Id">Its id.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Name">The owner's name for it.</param>
/// <param name="Cell">Its home.</param>
/// <param name="Disabled">Whether it is refused.</param>
/// <param name="Core">The Core its next session goes to, if one is ready.</param>
/// <param name="CreatedAt">When it was added.</param>
public sealed record DeviceInfo(string Id, string User, string Name, string Cell, bool Disabled, string? Core, DateTimeOffset CreatedAt);

/// <summary>A device with its secret, shown once.</summary>
/// <param name="Device">The device.</param>
/// <param name="SubscriptionUrls">The same subscription by every way in; whoever has one can use the network as this device.</param>
public sealed record DeviceCredential(DeviceInfo Device, IReadOnlyList<string> SubscriptionUrls);
