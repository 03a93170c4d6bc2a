using Cellway.Model.State;

namespace Cellway.Model.Bot;

/// <summary>Where to write to a person: their chat, sealed. Apart from everything else about them.</summary>
public sealed record BotChatRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The chat id, sealed for this and nothing else.</summary>
    public required byte[] Sealed { get; init; }
}
