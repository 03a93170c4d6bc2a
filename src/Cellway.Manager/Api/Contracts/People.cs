namespace Cellway.Manager.Api;

/// <summary>A participant to add.</summary>
/// <param name="Id">Their name: 1 to 63 of a–z, 0–9 and hyphens.</param>
/// <param name="ReserveBytesPerMonth">Bytes a month they lend to devices of other cells.</param>
public sealed record NewParticipant(string Id, long ReserveBytesPerMonth = 0);

/// <summary>A change to a participant; what is null stays.</summary>
/// <param name="ReserveBytesPerMonth">Bytes a month they lend to devices of other cells; 0 lends nothing.</param>
public sealed record ParticipantChange(long? ReserveBytesPerMonth = null);

/// <summary>A participant.</summary>
/// <param name="Id">Their name.</param>
/// <param name="ReserveBytesPerMonth">Bytes a month they lend.</param>
/// <param name="BytesLent">Bytes that they have lent in this period.</param>
/// <param name="ReserveSpent">Whether nothing is left of their reserve.</param>
/// <param name="Nodes">Nodes they have brought that are not revoked.</param>
/// <param name="CreatedAt">When they were added.</param>
public sealed record ParticipantInfo(string Id, long ReserveBytesPerMonth, long BytesLent, bool ReserveSpent, int Nodes, DateTimeOffset CreatedAt);

/// <summary>A user to add.</summary>
/// <param name="Id">Their name: 1 to 63 of a–z, 0–9 and hyphens.</param>
/// <param name="ExpiresAt">From when on their devices are refused; null: never.</param>
public sealed record NewUser(string Id, DateTimeOffset? ExpiresAt = null);

/// <summary>A change to a user; what is null stays.</summary>
/// <param name="Disabled">Whether their devices are refused.</param>
/// <param name="ExpiresAt">From when on they are.</param>
/// <param name="NeverExpires">Takes away what <paramref name="ExpiresAt"/> has set.</param>
public sealed record UserChange(bool? Disabled = null, DateTimeOffset? ExpiresAt = null, bool NeverExpires = false);

/// <summary>A user.</summary>
/// <param name="Id">Their name.</param>
/// <param name="Disabled">Whether their devices are refused.</param>
/// <param name="ExpiresAt">From when on their devices are refused; null: never.</param>
/// <param name="Devices">How many they have.</param>
/// <param name="CreatedAt">When they were added.</param>
public sealed record UserInfo(string Id, bool Disabled, DateTimeOffset? ExpiresAt, int Devices, DateTimeOffset CreatedAt);

/// <summary>A device to add.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="Name">The owner's name for it: 1 to 63 of a–z, 0–9 and hyphens.</param>
/// <param name="Cell">Its home; null for the active cell with the fewest devices.</param>
public sealed record NewDevice(string User, string Name, string? Cell = null);

/// <summary>A change to a device; what is null stays.</summary>
/// <param name="Disabled">Whether it is refused.</param>
/// <param name="Name">The owner's new name for it.</param>
/// <param name="BytesPerMonth">The most bytes it may move in a period; 0 takes the limit away.</param>
/// <param name="Sessions">The most sessions at one Core; 0 takes the limit away.</param>
/// <param name="BytesPerSecond">The most bytes a second in each direction at one Core; 0 takes the limit away.</param>
/// <param name="Apps">Client apps that may read its subscription, 1 to 32; 0: any number.</param>
/// <param name="Addresses">Addresses that its sessions may come from at one time at one Entry; 0: any number.</param>
public sealed record DeviceChange(
    bool? Disabled = null, long? BytesPerMonth = null, int? Sessions = null, long? BytesPerSecond = null, int? Apps = null, int? Addresses = null, string? Name = null);

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
/// <param name="BytesUsed">Bytes it has moved in this period, both directions together.</param>
/// <param name="BytesPerMonth">The most it may move; null: any number.</param>
/// <param name="Sessions">The most sessions it may have at one Core; null: any number.</param>
/// <param name="BytesPerSecond">The most bytes a second in each direction at one Core; null: any number.</param>
/// <param name="Spent">Whether it is refused until the next period, because nothing is left.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="PinnedCore">The Core that it is pinned to.</param>
/// <param name="LentBy">The cell whose Core it is lent, because its own has none that it could use.</param>
public sealed record DeviceInfo(
    string Id, string User, string Name, string Cell, bool Disabled, string? Core,
    long BytesUsed, long? BytesPerMonth, int? Sessions, long? BytesPerSecond, bool Spent, DateTimeOffset CreatedAt,
    string? PinnedCore = null, string? LentBy = null);

/// <summary>A participant who has been removed.</summary>
/// <param name="Id">Their name.</param>
/// <param name="RevokedNodes">How many nodes of theirs are refused from now on.</param>
public sealed record RemovedParticipant(string Id, int RevokedNodes);

/// <summary>A device with its secret, shown once.</summary>
/// <param name="Device">The device.</param>
/// <param name="SubscriptionUrls">The same subscription by every way in; whoever has one can use the network as this device.</param>
public sealed record DeviceCredential(DeviceInfo Device, IReadOnlyList<string> SubscriptionUrls);
