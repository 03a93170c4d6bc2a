using Microsoft.Extensions.Logging;

namespace Cellway.Fuzz;

/// <summary>Remembers what was logged as an error: with a peer's bytes alone nothing may be.</summary>
internal sealed class FailingLogger : ILogger
{
    /// <summary>The first exception.</summary>
    public Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Failure ??= exception ?? new FuzzException(formatter(state, exception));
        }
    }
}
