using System.Text.Json.Serialization;

namespace Cellway.Manager.Bot.Transport;

[JsonSerializable(typeof(Dictionary<string, int>))]
internal sealed partial class PollJson : JsonSerializerContext;
