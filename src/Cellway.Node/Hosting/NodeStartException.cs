namespace Cellway.Node.Hosting;

/// <summary>The node cannot start or join. The message is one line for the person at the terminal: what is wrong and what to do.</summary>
public sealed class NodeStartException : Exception
{
    /// <summary>With the line to show.</summary>
    public NodeStartException(string message)
        : base(message)
    {
    }

    /// <summary>With the line to show and what led to it.</summary>
    public NodeStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether trying again in this process is of no use: the settings would be the same, or management has said its last word.</summary>
    public bool IsFinal { get; init; }
}
