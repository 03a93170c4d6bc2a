namespace Cellway.IntegrationTests.Probes;

/// <summary>The timers of both servers, shortened so that their classes stay apart on a busy machine.</summary>
internal static class ProbeTimers
{
    public const int Header = 2;
    public const int Linger = 4;
    public const int KeepAlive = 6;

    /// <summary>How long a probe watches.</summary>
    public static readonly TimeSpan Watch = TimeSpan.FromSeconds(14);

    /// <summary>The class of a delay. Ours may be a second late for HTTP/2, where one sweep serves all connections.</summary>
    public static string ClassOf(TimeSpan delay) => delay.TotalSeconds switch
    {
        < Header - 0.7 => "at once",
        < Linger - 0.3 => "after the header timer",
        < KeepAlive - 0.3 => "after the linger timer",
        < KeepAlive + Header - 0.3 => "after the keep-alive timer",
        _ => "later",
    };
}
