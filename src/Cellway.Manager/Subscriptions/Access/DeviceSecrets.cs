using System.Security.Cryptography;
using Cellway.Model.Devices;

namespace Cellway.Manager.Subscriptions.Access;

/// <summary>What is a device's own in its documents, as text. Secret; never logged.</summary>
/// <param name="Id">The VLESS id.</param>
/// <param name="Token">The subscription token.</param>
/// <param name="Usage">The value of <c>subscription-userinfo</c>.</param>
internal sealed record DeviceSecrets(string Id, string Token, string Usage)
{
    /// <summary>Nobody's id: it opens nothing.</summary>
    public const string NobodysId = "00000000-0000-4000-8000-000000000000";

    /// <summary>Stands for every device's in a document that is kept, to be replaced by one's own: random, so that no name contains it, and letters and digits, so that no serializer changes it.</summary>
    public static DeviceSecrets Placeholders { get; } = new(Random(36), Random(27), Random(30));

    public static DeviceSecrets Of(SubscriptionToken token, Allowance allowance) => new(VlessId.Of(token).Reveal(), token.Reveal(), allowance.ToHeader());

    /// <summary>Never the values: this type must not reach a log by accident.</summary>
    public override string ToString() => "DeviceSecrets(…)";

    private static string Random(int length) => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", length);
}
