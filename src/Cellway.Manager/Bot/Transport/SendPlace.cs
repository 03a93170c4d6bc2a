namespace Cellway.Manager.Bot.Transport;

/// <summary>A message's place in the allowance, until it is no longer on its way.</summary>
internal sealed class SendPlace(SendPace pace, string chat, long begun) : IDisposable
{
    private bool _isAnswered;

    /// <summary>Telegram has answered: how long that took says something about the way.</summary>
    public void Answered() => _isAnswered = true;

    public void Dispose() => pace.Leave(chat, begun, _isAnswered);
}
