using Microsoft.Extensions.Logging;

namespace Parley.Transceiver.Rig;

/// <summary>Keeps the exceptions and the texts that were logged.</summary>
internal sealed class FaultLog : ILogger, ILoggerFactory
{
    public List<Exception> Faults { get; } = [];

    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Lines.Add(formatter(state, exception));
        if (exception is not null) Faults.Add(exception);
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
