using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EventTracking.Tests.Api;

/// <summary>Collects everything that is logged, as text.</summary>
internal sealed class LogCollector : ILoggerProvider
{
    private readonly ConcurrentQueue<string> lines = new();
    private readonly ConcurrentQueue<string> scopes = new();

    public string Text => string.Join('\n', lines);

    /// <summary>The scopes, which are only written if they are enabled.</summary>
    public string Scopes => string.Join('\n', scopes);

    public ILogger CreateLogger(string categoryName) => new Logger(lines, scopes);

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<string> lines, ConcurrentQueue<string> scopes) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            scopes.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
    }
}
