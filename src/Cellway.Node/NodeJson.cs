using System.Text.Json.Serialization;
using Cellway.Node.Enrollment;

namespace Cellway.Node;

/// <summary>The node's JSON without reflection, which a trimmed program has not.</summary>
[JsonSerializable(typeof(NodeRecord))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class NodeJson : JsonSerializerContext;
