using System.Text.Json.Serialization;
using Cellway.Manager.Api;

namespace Cellway.Manager.Incidents;

/// <summary>The detector's rules as a file: a JSON object of <see cref="IncidentOptions"/>; what it does not name has its default.</summary>
public static partial class IncidentRulesFile
{
    /// <summary>Reads it. Give every replica the same: whichever leads judges by its own.</summary>
    /// <exception cref="AdminException">It cannot be read, names a rule that there is none of, or a value that cannot be.</exception>
    public static IncidentOptions Read(string path) =>
        OptionsFile.Read(path, "The incident rules", new IncidentOptions(), RulesJson.Default.IncidentOptions, options => options.Validate());

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    [JsonSerializable(typeof(IncidentOptions))]
    private sealed partial class RulesJson : JsonSerializerContext;
}
