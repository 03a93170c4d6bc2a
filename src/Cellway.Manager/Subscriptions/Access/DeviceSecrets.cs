using System.Security.Cryptography;
using Cellway.Model.Devices;

namespace Cellway.Manager.Subscriptions.Access;

/// <summary>What is a device's own in its documents, as text. Secret; never logged.</summary>
internal sealed record DeviceSecrets
{
    /// <summary>Nobody's id: it opens nothing.</summary>
    public const string NobodysId = "00000000-0000-4000-8000-000000000000";

    private readonly SubscriptionToken? _source;
    private string? _id;

    public DeviceSecrets(string id, string token, string usage) => (_id, Token, Usage) = (id, token, usage);

    private DeviceSecrets(SubscriptionToken source, string usage) => (_source, Token, Usage) = (source, source.Reveal(), usage);

    /// <summary>Stands for every device's in a document that is kept, to be replaced by one's own: random, so that no name contains it, and letters and digits, so that no serializer changes it.</summary>
    public static DeviceSecrets Placeholders { get; } = new(Random(36), Random(27), Random(30));

    /// <summary>The VLESS id; derived when a document needs it, because that costs more than all the rest.</summary>
    public string Id
    {
        get => _id ??= VlessId.Of(_source!).Reveal();
        init => _id = value;
    }

    /// <summary>The subscription token.</summary>
    public string Token { get; }

    /// <summary>The value of <c>subscription-userinfo</c>.</summary>
    public string Usage { get; }

    public static DeviceSecrets Of(SubscriptionToken token, Allowance allowance) => new(token, allowance.ToHeader());

    /// <summary>Never the values: this type must not reach a log by accident.</summary>
    public override string ToString() => "DeviceSecrets(…)";

    private static string Random(int length) => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", length);
}
