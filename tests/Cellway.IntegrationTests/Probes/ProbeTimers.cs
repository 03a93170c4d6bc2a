namespace Cellway.IntegrationTests.Probes;

/// <summary>The timers of both servers, shortened so that their classes stay apart on a busy machine.</summary>
internal static class ProbeTimers
{
    public const int Header = 3;
    public const int Linger = 6;
    public const int KeepAlive = 10;

    /// <summary>How long a probe watches.</summary>
    public static readonly TimeSpan Watch = TimeSpan.FromSeconds(18);

    /// <summary>The class of a delay. Ours may be a second late for HTTP/2, where one sweep serves all connections.</summary>
    public static string ClassOf(TimeSpan delay) => delay.TotalSeconds switch
    {
        < Header - 1.3 => "at once",
        < Linger - 0.8 => "after the header timer",
        < Linger + 2 => "after the linger timer",
        < KeepAlive + 1.6 => "after the keep-alive timer",
        _ => "later",
    };
}
