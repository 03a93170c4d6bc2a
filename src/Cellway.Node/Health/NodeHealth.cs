namespace Cellway.Node.Health;

/// <summary>How a server is, in one line for people and one bit for what watches it.</summary>
public sealed class NodeHealth
{
    private volatile HealthReport _current = new(false, "is starting");

    /// <summary>Now.</summary>
    public HealthReport Current
    {
        get
        {
            var current = _current;
            return Remark() is { } remark ? current with { Line = $"{current.Line}; {remark}" } : current;
        }
    }

    /// <summary>What else there is to say at the moment; null for nothing.</summary>
    internal Func<string?> Remark { private get; set; } = () => null;

    /// <summary>Says how it is from now on.</summary>
    /// <param name="isReady">Whether it does what it is there for.</param>
    /// <param name="line">One line.</param>
    public void Set(bool isReady, string line) => _current = new(isReady, line);
}
