namespace Cellway.Manager.Authority;

/// <summary>Signs in the name of the network what is no certificate.</summary>
internal interface IRootSigner
{
    string Network { get; }

    /// <summary>As the root that signs now.</summary>
    /// <returns>The signature, and the generation of that root.</returns>
    (byte[] Signature, int Generation) Sign(string purpose, ReadOnlySpan<byte> content);

    /// <summary>As every root that nodes may believe.</summary>
    IReadOnlyList<byte[]> SignByAll(string purpose, ReadOnlySpan<byte> content);
}
