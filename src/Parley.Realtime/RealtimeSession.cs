using Parley.Conversation;

namespace Parley.Realtime;

/// <summary>
/// One call's side of the OpenAI Realtime protocol over a conversation: turns, items, responses, what was heard.
/// A pure machine, single-threaded: after each Handle… the caller polls commands and server events until there are none.
/// </summary>
public sealed class RealtimeSession
{
    /// <summary>How far before the newest frame a <see cref="BeginUtterance.From"/> may lie.</summary>
    public static readonly TimeSpan MaxLookback = TimeSpan.FromSeconds(2.5);

    private readonly Queue<SessionCommand> _commands = new();
    private readonly Queue<ReadOnlyMemory<byte>> _events = new();
    private readonly RealtimeSessionConfig _config;
    private readonly IRandomSource _random;

    public RealtimeSession(RealtimeSessionConfig config, IRandomSource random, Instant now)
    {
        _config = config;
        _random = random;
        NextDeadline = new Deadline(now + config.MaxDuration, "session.Expiry");
        Id = "sess_" + _random.NextString("abcdefghijklmnopqrstuvwxyz234567", 20);
    }

    /// <summary>The session id, <c>sess_…</c>.</summary>
    public string Id { get; }

    public bool IsClosed { get; private set; }

    public Deadline NextDeadline { get; private set; }

    /// <summary>Input that was ignored or refused.</summary>
    public CounterTable<SessionAnomaly> Anomalies { get; } = new();

    /// <summary>The client can receive events: <c>session.created</c> follows.</summary>
    public void HandleOpened(Instant now) => Ignore();

    /// <summary>One message of the client, UTF-8 JSON. Whatever is wrong with it is answered with an <c>error</c> event.</summary>
    public void HandleClientEvent(ReadOnlySpan<byte> utf8Json, Instant now) => Ignore();

    /// <summary>The speech detector's verdict on one 10 ms frame. Allocates nothing while no turn begins or ends.</summary>
    /// <param name="probability">Probability of speech, 0…1.</param>
    /// <param name="audioPosition">Where the frame ends in the session's input audio.</param>
    public void HandleSpeech(float probability, TimeSpan audioPosition, Instant now) => Ignore();

    /// <summary>What the recogniser says of the utterance <paramref name="itemId"/>.</summary>
    public void HandleTranscript(string itemId, TranscriptUpdate update, Instant now) => Ignore();

    /// <summary>What the models bring for a reply. False: the response is over, and its audio must not play.</summary>
    public bool HandleReply(string responseId, ReplyEvent reply, Instant now) => !IsClosed;

    public void HandlePlayout(string responseId, PlayoutUpdate update, Instant now) => Ignore();

    public void HandleTimeout(Instant now) => Ignore();

    /// <summary>The call is over. Work that is under way is cancelled by commands; no server event follows.</summary>
    public void Close(Instant now) => IsClosed = true;

    public bool TryPollServerEvent(out ReadOnlyMemory<byte> utf8Json) => _events.TryDequeue(out utf8Json);

    public bool TryPollCommand([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SessionCommand? command) =>
        _commands.TryDequeue(out command);

    private void Ignore()
    {
        if (IsClosed) Anomalies.Increment(SessionAnomaly.OutsideLifetime);
    }
}
