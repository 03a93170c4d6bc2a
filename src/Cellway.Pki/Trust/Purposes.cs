namespace Cellway.Pki.Trust;

/// <summary>Object identifiers of extended key usage (RFC 5280, 4.2.1.12).</summary>
internal static class Purposes
{
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";

    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";
}
