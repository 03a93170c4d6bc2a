using System.Text.Json.Serialization;

namespace Cellway.Manager.Bot.Keeping;

/// <summary>What is inside of what is sealed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(OutboxWords))]
[JsonSerializable(typeof(IReadOnlyList<ThreadLine>))]
internal sealed partial class BotJson : JsonSerializerContext;
