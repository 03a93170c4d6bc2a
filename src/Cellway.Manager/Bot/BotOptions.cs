namespace Cellway.Manager.Bot;

/// <summary>How the Telegram bot runs. Give every replica the same: whichever leads runs it.</summary>
public sealed record BotOptions
{
    /// <summary>The bot's token, from @BotFather.</summary>
    public required string Token { get; init; }

    /// <summary>The Bot API server, for one of your own; default: Telegram's.</summary>
    public Uri ApiUrl { get; init; } = new("https://api.telegram.org");

    /// <summary>The proxy to go by, <c>http://…</c> or <c>socks5://…</c>; <see langword="null"/>: none.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>File with a subscription URL of this network: the bot's traffic then leaves through its Cores, and <see cref="Proxy"/> must be empty.</summary>
    public string? ThroughNetwork { get; init; }

    /// <summary>File of roots that are trusted on that way besides the system's, for networks whose entries have certificates of their own; <see langword="null"/>: none.</summary>
    public string? ThroughNetworkCa { get; init; }

    /// <summary>Who operates, by Telegram id. Nobody else can.</summary>
    public IReadOnlyList<BotOperator> Operators { get; init; } = [];

    /// <summary>The container image of a Core, in the commands that participants get. Default <c>cellway-core</c>.</summary>
    public string CoreImage { get; init; } = "cellway-core";

    /// <summary>The container image of an Entry. Default <c>cellway-entry</c>.</summary>
    public string EntryImage { get; init; } = "cellway-entry";

    /// <summary>How many devices a user may make. Default 5.</summary>
    public int DevicesPerUser { get; init; } = 5;

    /// <summary>How many trials of an hour a person has in total; 0 for none. Default 10.</summary>
    public int Trials { get; init; } = 10;

    /// <summary>The most messages a second to all that nobody has asked for. Default 30, which is Telegram's allowance.</summary>
    public int MessagesPerSecond { get; init; } = 30;

    /// <summary>How much one person may ask at once, before it is one thing a second. Default 20.</summary>
    public int Burst { get; init; } = 20;

    /// <summary>The operators' time, ahead of UTC. Default: UTC.</summary>
    public TimeSpan UtcOffset { get; init; }

    /// <summary>From when on alerts that can wait do, in the operators' time. Default 23:00.</summary>
    public TimeOnly QuietFrom { get; init; } = new(23, 0);

    /// <summary>Until when. The same as <see cref="QuietFrom"/>: they never wait. Default 08:00.</summary>
    public TimeOnly QuietTo { get; init; } = new(8, 0);

    /// <summary>When the daily digest is sent, in the operators' time. Default 09:00.</summary>
    public TimeOnly DigestAt { get; init; } = new(9, 0);

    /// <summary>How long a question to Telegram waits for updates. Default 25 seconds.</summary>
    public TimeSpan PollFor { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Never the token: this type must not reach a log by accident.</summary>
    public override string ToString() => "BotOptions(…)";

    /// <summary>Everything that is wrong with it.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> wrong = [];
        var colon = Token.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || Token.AsSpan(0, colon).ContainsAnyExceptInRange('0', '9') || Token.Length - colon < 20 || Token.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not (':' or '-' or '_')))
        {
            wrong.Add("token: it is not a bot's token: copy it from @BotFather; it looks like 123456:ABC-DEF….");
        }

        if (ApiUrl.Scheme is not ("https" or "http") || ApiUrl.AbsolutePath != "/")
        {
            wrong.Add("apiUrl: write https://host or http://host:port, without a path.");
        }

        if (Proxy is not null && Proxy.Scheme is not ("http" or "https" or "socks5"))
        {
            wrong.Add("proxy: write http://host:port or socks5://host:port.");
        }

        if (Proxy is not null && ThroughNetwork is not null)
        {
            wrong.Add("proxy and throughNetwork: the bot goes by one of them.");
        }

        if (ThroughNetworkCa is not null && ThroughNetwork is null)
        {
            wrong.Add("throughNetworkCa: it goes with throughNetwork.");
        }

        if (Operators.Any(o => o.Id <= 0) || Operators.DistinctBy(o => o.Id).Count() != Operators.Count)
        {
            wrong.Add("operators: each has a Telegram id of their own, a number above 0.");
        }

        if (Operators.Any(o => !Model.Identities.Names.IsId(o.Name)) || Operators.DistinctBy(o => o.Name).Count() != Operators.Count)
        {
            wrong.Add("operators: each has a name of their own, 1 to 63 of a–z, 0–9 and hyphens.");
        }

        Require(DevicesPerUser is >= 1 and <= 100, "devicesPerUser is 1 to 100.");
        Require(Trials is >= 0 and <= 1000, "trials is 0 to 1000.");
        Require(Burst is >= 5 and <= 100_000, "burst is 5 to 100000.");
        Require(MessagesPerSecond is >= 1 and <= 10_000, "messagesPerSecond is 1 to 10000.");
        Require(UtcOffset.Duration() <= TimeSpan.FromHours(14), "utcOffset is at most 14 hours.");
        Require(PollFor >= TimeSpan.FromSeconds(1) && PollFor <= TimeSpan.FromSeconds(50), "pollFor is 1 to 50 seconds.");
        return wrong;

        void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                wrong.Add(otherwise);
            }
        }
    }
}
