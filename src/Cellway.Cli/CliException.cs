namespace Cellway.Cli;

/// <summary>Something the person at the terminal can act on. The message is one line that says what.</summary>
internal sealed class CliException : Exception
{
    public CliException(string message)
        : base(message)
    {
    }

    public CliException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
