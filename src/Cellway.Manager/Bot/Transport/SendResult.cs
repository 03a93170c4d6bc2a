namespace Cellway.Manager.Bot.Transport;

/// <summary>What became of something sent.</summary>
internal enum SendResult
{
    Sent = 1,

    /// <summary>Telegram refused it, and would again.</summary>
    Refused = 2,

    /// <summary>The person has blocked the bot, or is gone.</summary>
    Gone = 3,

    /// <summary>Telegram could not be reached in the time there was. It may have been sent all the same.</summary>
    Unknown = 4,
}
