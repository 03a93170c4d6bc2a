using Cellway.Model.Devices;
using Cellway.Model.Identities;

namespace Cellway.Manager.View;

/// <summary>A device as the view keeps it: a row of a table, because a million of anything bigger would not fit.</summary>
internal readonly record struct DeviceRow
{
    public required string Id { get; init; }

    public required string User { get; init; }

    public required string Name { get; init; }

    public required string Cell { get; init; }

    public required Hash256 Token { get; init; }

    public required Hash256 Credential { get; init; }

    public required long CreatedAtTicks { get; init; }

    public required bool Disabled { get; init; }

    /// <summary>The Core of its cell that it goes to before any other; <see langword="null"/>: the one that suits it best.</summary>
    public string? PinnedCore { get; init; }

    /// <summary>The most bytes it may move in a period; 0 for any number.</summary>
    public long BytesPerMonth { get; init; }

    /// <summary>The most sessions at one Core; 0 for any number.</summary>
    public int Sessions { get; init; }

    /// <summary>The most client apps that may read its subscription; 0 for any number.</summary>
    public int Apps { get; init; }

    /// <summary>The most addresses that its sessions may come from at one Entry; 0 for any number.</summary>
    public int Addresses { get; init; }

    /// <summary>The most bytes a second in each direction at one Core; 0 for any number.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Whether it has used up what it may in this period; kept by the table.</summary>
    public bool Spent { get; init; }

    /// <summary>Whether its user is there and not refused; kept by the table.</summary>
    public bool UserAllowed { get; init; }

    /// <summary>Whether Cores are told a limit of it.</summary>
    public bool IsLimited => Sessions > 0 || BytesPerSecond > 0;

    /// <exception cref="InvalidDataException">A hash of it is none.</exception>
    public static DeviceRow Of(DeviceRecord record) => new()
    {
        Id = record.Id,
        User = record.User,
        Name = record.Name,
        Cell = record.Cell,
        Token = Read(record.TokenHash),
        Credential = Read(record.CredentialHash),
        CreatedAtTicks = record.CreatedAt.UtcTicks,
        Disabled = record.Disabled,
        PinnedCore = record.PinnedCore,
        BytesPerMonth = record.BytesPerMonth ?? 0,
        Sessions = record.Sessions ?? 0,
        Apps = record.Apps ?? 0,
        Addresses = record.Addresses ?? 0,
        BytesPerSecond = record.BytesPerSecond ?? 0,
    };

    public DeviceRecord ToRecord() => new()
    {
        Id = Id,
        User = User,
        Name = Name,
        Cell = Cell,
        TokenHash = Token.ToString(),
        CredentialHash = Credential.ToString(),
        CreatedAt = new(CreatedAtTicks, TimeSpan.Zero),
        Disabled = Disabled,
        PinnedCore = PinnedCore,
        BytesPerMonth = BytesPerMonth == 0 ? null : BytesPerMonth,
        Sessions = Sessions == 0 ? null : Sessions,
        Apps = Apps == 0 ? null : Apps,
        Addresses = Addresses == 0 ? null : Addresses,
        BytesPerSecond = BytesPerSecond == 0 ? null : BytesPerSecond,
    };

    private static Hash256 Read(string hex) => Hash256.TryParse(hex, out var hash) ? hash : throw new InvalidDataException("A hash of a device is none.");
}
