namespace Cellway.Manager.Bot;

/// <summary>An operator in Telegram.</summary>
/// <param name="Id">Their Telegram id.</param>
/// <param name="Name">What they are called on timelines.</param>
public sealed record BotOperator(long Id, string Name)
{
    /// <summary>Never the id: this type must not reach a log by accident.</summary>
    public override string ToString() => $"BotOperator({Name})";
}
