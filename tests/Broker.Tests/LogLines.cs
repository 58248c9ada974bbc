using Microsoft.Extensions.Logging;

namespace Broker.Tests;

/// <summary>Keeps what is logged: a line per entry, with the message of its exception behind a colon.</summary>
public sealed class LogLines : ILogger
{
    readonly List<string> _lines = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        var line = formatter(state, exception);
        lock (_lines)
            _lines.Add(exception is null ? line : $"{line}: {exception.Message}");
    }
}
