using System.Text.Json;
using System.Text.Json.Serialization;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Authority;

/// <summary>What a node's certificate tells management about it, sealed, should the state have been restored to a time before the node was.</summary>
/// <param name="At">When the certificate was issued.</param>
/// <param name="Participant">Who brought the node.</param>
/// <param name="Cell">Its cell, if it has one.</param>
/// <param name="Token">The join token that it has spent, if it joined with one.</param>
/// <param name="Pod">The pod that it is, if it is one.</param>
/// <param name="Addresses">Those of the pod's worker.</param>
internal sealed record NodeOrigin(DateTimeOffset At, string Participant, string? Cell, string? Token, PodIdentity? Pod = null, IReadOnlyList<string>? Addresses = null)
{
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, NodeOriginJson.Default.NodeOrigin);

    public static NodeOrigin? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, NodeOriginJson.Default.NodeOrigin);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NodeOrigin))]
internal sealed partial class NodeOriginJson : JsonSerializerContext;
