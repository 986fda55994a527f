using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Transceiver;

namespace Parley.Hosting.Tests.Sockets;

/// <summary>Why calls ended, as the server's log tells it.</summary>
internal sealed class CallLog : ILoggerProvider, ILogger
{
    private const int CallClosed = 103;

    private readonly Channel<CallCloseReason> _closed = Channel.CreateUnbounded<CallCloseReason>();

    public async Task<CallCloseReason> NextCloseAsync() =>
        await _closed.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(SocketClient.Hang);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == CallClosed && state is IReadOnlyList<KeyValuePair<string, object?>> values)
            _closed.Writer.TryWrite((CallCloseReason)values.First(value => value.Key == "Reason").Value!);
    }

    public void Dispose()
    {
    }
}
