using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Bot;

/// <summary>Event ids 1740–1759. No line names a person, a chat, what was written or the token.</summary>
internal sealed partial class BotLog(ILogger<BotLog> logger)
{
    [LoggerMessage(1740, LogLevel.Information, "The bot @{Name} answers in Telegram, from update {Next} on")]
    public partial void Answers(string name, int next);

    [LoggerMessage(1741, LogLevel.Error, "Telegram refuses the bot's token ({Code}, {Reason}): copy it from @BotFather into the file of --bot and start again. The bot is off until then; everything else goes on")]
    public partial void TokenRefused(int code, string reason);

    [LoggerMessage(1742, LogLevel.Warning, "Telegram cannot be reached ({Reason}); trying again in {Delay}")]
    public partial void Unreachable(string reason, TimeSpan delay);

    [LoggerMessage(1743, LogLevel.Information, "Telegram can be reached again")]
    public partial void ReachableAgain();

    [LoggerMessage(1744, LogLevel.Warning, "Somebody else asks Telegram for this bot's updates: is its token used elsewhere?")]
    public partial void Conflict();

    [LoggerMessage(1745, LogLevel.Warning, "Telegram sent an update that is none; it is passed over")]
    public partial void Malformed();

    /// <summary>Where, and not the exception itself: its text may be what somebody wrote.</summary>
    [LoggerMessage(1746, LogLevel.Error, "The dialogue {Dialogue} failed with {Failure}{Where}")]
    public partial void DialogueFailed(string dialogue, string failure, string where);

    [LoggerMessage(1747, LogLevel.Warning, "The bot cannot write, because the state is away; it tries again")]
    public partial void StateAway(Exception exception);

    [LoggerMessage(1748, LogLevel.Warning, "Telegram refused a message of the bot ({Code}): {Reason}")]
    public partial void Refused(int code, string reason);

    [LoggerMessage(1749, LogLevel.Error, "The bot's {Part} failed; it goes on soon")]
    public partial void PartFailed(string part, Exception exception);

    [LoggerMessage(1750, LogLevel.Warning, "Telegram asks the bot to wait for {Delay}")]
    public partial void Slowed(TimeSpan delay);

    [LoggerMessage(1751, LogLevel.Information, "{Replica} runs the bot; this process takes over when it ends")]
    public partial void Elsewhere(string replica);
}
