using System.Text.Json.Serialization;

namespace Cellway.Pki.Issuing;

/// <summary>What a <see cref="SealKey"/> comes from. The names are stored.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SealSource>))]
public enum SealSource
{
    /// <summary>Words a person types.</summary>
    Passphrase,

    /// <summary>A file of random bytes.</summary>
    KeyFile,
}
