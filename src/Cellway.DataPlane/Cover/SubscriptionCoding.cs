namespace Cellway.DataPlane.Cover;

/// <summary>How the Entry compresses a subscription's body.</summary>
public enum SubscriptionCoding
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>RFC 1952.</summary>
    Gzip,

    /// <summary>RFC 7932.</summary>
    Brotli,
}
