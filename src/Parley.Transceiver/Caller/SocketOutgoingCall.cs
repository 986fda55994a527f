using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using Parley.Net;

namespace Parley.Transceiver.Caller;

/// <summary>A session with a server of the Realtime API on a WebSocket: connects, leads its dialogue, says goodbye.</summary>
public sealed class SocketOutgoingCall(SocketOutgoingCallConfig config, TimeProvider time, ICallerObserver? observer = null)
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>An event of the server may hold an item with its audio.</summary>
    private const int MaxMessageLength = 32 * 1024 * 1024;

    /// <summary>Samples of a microphone that may wait: 200 ms.</summary>
    private const int MaxToSay = VoiceCaller.SampleRate / 5;

    private readonly MonotonicClock _clock = new(time);
    private readonly SocketCaller _caller = new();
    private readonly ConcurrentQueue<byte[]> _received = new();
    private readonly ConcurrentQueue<short[]> _microphone = new();
    private volatile string? _closedBy;

    /// <summary>The status by which the server refused the connection; null: it did not.</summary>
    public HttpStatusCode? RefusedWith { get; private set; }

    /// <summary>Makes the call and returns when it is over. Cancelling hangs up properly and is no exception.</summary>
    /// <exception cref="WebSocketException">There is no connection; see <see cref="RefusedWith"/>.</exception>
    /// <exception cref="TimeoutException">The server did not answer.</exception>
    public async Task<CallRecord> RunAsync(CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        var began = time.GetTimestamp();
        await ConnectAsync(socket, cancellationToken);
        var answerTook = time.GetElapsedTime(began);

        var run = new DialogueRun(_caller, config.Dialogue, observer);
        run.Begin(_clock.Now);
        _caller.HandleOpened(_clock.Now);
        using var stop = new CancellationTokenSource();
        var reading = ReadAsync(socket, stop.Token);
        var (error, isCancelled) = (default(string), false);
        using var ticks = new PeriodicTimer(Tick, time);
        try
        {
            while (true)
            {
                Follow(run);
                await SendAsync(socket, cancellationToken);
                if (run.IsOver) break;
                if (time.GetElapsedTime(began) - answerTook > config.Limit)
                {
                    error = FormattableString.Invariant($"The call was not over within {config.Limit.TotalSeconds:0.#} s.");
                    break;
                }
                await ticks.WaitForNextTickAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            isCancelled = true;
        }
        catch (WebSocketException)
        {
            error = "The connection broke.";
        }
        var record = run.RecordAt(_clock.Now, error);
        await CloseAsync(socket, reading, stop);
        return record with { AnswerTook = answerTook, Error = isCancelled ? null : record.Error, IsCancelled = isCancelled };
    }

    /// <summary>What a microphone has picked up, 24 kHz; said after what was given before. Thread-safe.</summary>
    public void Say(short[] samples) => _microphone.Enqueue(samples);

    private void Follow(DialogueRun run)
    {
        var now = _clock.Now;
        while (_received.TryDequeue(out var message)) _caller.HandleMessage(message, now);
        if (_closedBy is { } reason) _caller.HandleClosed(reason);
        // A microphone whose clock is fast must not pile up delay.
        while (_microphone.TryDequeue(out var samples))
            if (_caller.SamplesToSay < MaxToSay) _caller.Say(samples);
        _caller.HandleTimeout(now);
        run.Follow(now);
    }

    private async Task ConnectAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        socket.Options.AddSubProtocol("realtime");
        socket.Options.CollectHttpResponseDetails = true;
        if (config.CertificateValidation is { } validation) socket.Options.RemoteCertificateValidationCallback = validation;
        if (config.Key is not null) socket.Options.SetRequestHeader("Authorization", "Bearer " + config.Key);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await socket.ConnectAsync(config.Url, stop.Token).WaitAsync(ConnectLimit, time, cancellationToken);
        }
        catch (WebSocketException) when (socket.HttpStatusCode != 0)
        {
            RefusedWith = socket.HttpStatusCode;
            throw;
        }
    }

    private async Task SendAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        while (_caller.TryPollMessage(out var message)) await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
    }

    /// <summary>Reads until the connection ends, and says how.</summary>
    private async Task ReadAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close) break;
                if (message.Length + part.Count > MaxMessageLength)
                {
                    _closedBy = "a message of the server is too long";
                    return;
                }
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage) continue;
                _received.Enqueue(message.ToArray());
                message.SetLength(0);
            }
            _closedBy = socket.CloseStatusDescription is { Length: > 0 } description ? description : $"{socket.CloseStatus}";
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            _closedBy = "the connection broke";
        }
    }

    private async Task CloseAsync(ClientWebSocket socket, Task reading, CancellationTokenSource stop)
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Farewell, time);
            await reading.WaitAsync(Farewell, time);
        }
        catch (Exception exception) when (exception is WebSocketException or TimeoutException)
        {
            // It said goodbye; the other end does not have to.
        }
        await stop.CancelAsync();
        await reading;
    }
}
