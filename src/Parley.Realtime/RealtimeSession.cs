using System.Diagnostics.CodeAnalysis;
using Parley.Conversation;
using Parley.Realtime.Input;
using Parley.Realtime.Mcp;
using Parley.Realtime.Protocol;
using Parley.Realtime.Replies;
using Parley.Realtime.Settings;

namespace Parley.Realtime;

/// <summary>
/// One call's side of the OpenAI Realtime protocol over a conversation: turns, items, responses, what was heard.
/// A pure machine, single-threaded: after each Handle… the caller polls commands and server events until there are none.
/// </summary>
public sealed class RealtimeSession
{
    /// <summary>How far before the newest frame a <see cref="BeginUtterance.From"/> may lie.</summary>
    public static readonly TimeSpan MaxLookback = TimeSpan.FromSeconds(2.5);

    /// <summary>
    /// Bytes of the longest client event that is taken. Where events carry audio, those that do may be as long as 15 MiB of it make
    /// them.
    /// </summary>
    public static int MaxClientEventLength(AudioPath path) => path == AudioPath.Events ? ClientMessage.MaxLengthWithMedia : ClientMessage.MaxLength;

    /// <summary>
    /// Longer than any turn that ends by itself. What a client commits may be longer: its recogniser hears so much of it. A recording
    /// that a client puts into the conversation may not.
    /// </summary>
    public static readonly TimeSpan MaxUtterance = TimeSpan.FromMinutes(3);

    /// <summary>A client for which more than this is queued is not taking its events.</summary>
    internal const int MaxQueuedBytes = 8 * 1024 * 1024;

    private readonly SessionContext _context;
    private readonly Utterances _utterances;
    private readonly SpokenItems _spoken;
    private readonly McpListings _mcpListings;
    private readonly McpCalls _mcpCalls;
    private readonly Responses _responses;
    private readonly InputAudio _input;
    private readonly ClientEvents _clientEvents;
    private readonly TimerTable<SessionTimer> _timers = new("session");
    private bool _isOpen;
    private bool _isIdleArmed;
    private Instant _drainEnd = Instant.Never;
    private Instant _silentAtWhenArmed;

    private enum SessionTimer { Expiry, ExpiryWarning, Idle }

    public RealtimeSession(RealtimeSessionConfig config, IRandomSource random, Instant now)
        : this(new SessionContext(config ?? throw new ArgumentNullException(nameof(config)), random), now)
    {
    }

    private RealtimeSession(SessionContext context, Instant now)
    {
        _context = context;
        _utterances = new Utterances(_context);
        _spoken = new SpokenItems(_context);
        _mcpListings = new McpListings(_context);
        _mcpCalls = new McpCalls(_context, _mcpListings);
        _responses = new Responses(_context, _utterances, _spoken, _mcpListings, _mcpCalls);
        _input = new InputAudio(_context, _utterances, _responses, _spoken);
        _clientEvents = new ClientEvents(_context, _utterances, _spoken, _responses, _input, _mcpListings, _mcpCalls);
        _timers.Set(SessionTimer.Expiry, now + context.Lifetime);
        if (context.Config.ExpiryWarning is { } notice && notice < context.Lifetime)
            _timers.Set(SessionTimer.ExpiryWarning, now + context.Lifetime - notice);
    }

    /// <summary>
    /// The session of a snapshot goes on over another connection: same id, items, settings and end. Its input audio begins anew; what
    /// the user had said and nobody had understood yet is recognised again, as far as its sound was kept.
    /// </summary>
    /// <param name="config">As of the new connection; its <see cref="RealtimeSessionConfig.Settings"/> are not used.</param>
    public static RealtimeSession Resume(SessionSnapshot snapshot, RealtimeSessionConfig config, IRandomSource random, Instant now)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(config);
        var session = new RealtimeSession(new SessionContext(config, random, snapshot), now);
        session._spoken.Restore(snapshot.Replies, snapshot.HasSpoken);
        session._mcpCalls.HandleResumed();
        return session;
    }

    /// <summary>The session id, <c>sess_…</c>.</summary>
    public string Id => _context.SessionId;

    public bool IsClosed { get; private set; }

    /// <summary>What <see cref="AppendInput"/> brings.</summary>
    public AudioFormat InputFormat => _context.Settings.InputFormat;

    public Deadline NextDeadline => IsClosed
        ? Deadline.None
        : Deadline.Earlier(_timers.Next, Deadline.Earlier(_responses.NextDeadline, _input.NextDeadline));

    /// <summary>Input that was ignored or refused.</summary>
    public CounterTable<SessionAnomaly> Anomalies => _context.Anomalies;

    /// <summary>The client can receive events: <c>session.created</c> follows. Until then nothing else is heeded.</summary>
    public void HandleOpened(Instant now)
    {
        if (IsClosed || _isOpen) return;
        _isOpen = true;
        _context.Events.SessionCreated(_context.SessionId, _context.ExpiresAt, _context.Settings);
        if (!_drainEnd.IsNever) TellDraining(now);
        _mcpListings.Begin(_context.Settings.McpTools);
        _utterances.RecognizeUnderstoodByNobody();
    }

    /// <summary>One message of the client, UTF-8 JSON. Whatever is wrong with it is answered with an <c>error</c> event.</summary>
    public void HandleClientEvent(ReadOnlySpan<byte> utf8Json, Instant now)
    {
        if (IsOutsideLifetime()) return;
        _clientEvents.Handle(utf8Json, now);
        Settle(now);
    }

    /// <summary>The speech detector's verdict on one 10 ms frame. Allocates nothing while no turn begins or ends.</summary>
    /// <param name="probability">Probability of speech, 0…1.</param>
    /// <param name="audioPosition">Where the frame ends in the session's input audio.</param>
    public void HandleSpeech(float probability, TimeSpan audioPosition, Instant now)
    {
        if (IsOutsideLifetime()) return;
        _input.HandleSpeech(probability, audioPosition, now);
        Settle(now);
    }

    /// <summary>
    /// What is said in the utterance <paramref name="itemId"/>, as the recogniser gets it: mono, 16 bit, 16 kHz. It is kept so that
    /// clients can retrieve it; a driver that leaves it out has items without sound.
    /// </summary>
    public void HandleUtteranceAudio(string itemId, ReadOnlySpan<short> samples)
    {
        if (!IsClosed && !_utterances.TryAddAudio(itemId, samples)) _context.Anomalies.Increment(SessionAnomaly.StaleAudio);
    }

    /// <summary>What the recogniser says of the utterance <paramref name="itemId"/>.</summary>
    public void HandleTranscript(string itemId, TranscriptUpdate update, Instant now)
    {
        if (IsOutsideLifetime()) return;
        if (update is TranscriptHypothesis { Text: var words }) _input.HandleWords(itemId, words);
        if (_utterances.HandleTranscript(itemId, update)) _responses.StartReady();
        Settle(now);
    }

    /// <summary>What the models bring for a reply. False: the response is over, and its audio must not play.</summary>
    public bool HandleReply(string responseId, ReplyEvent reply, Instant now)
    {
        if (IsOutsideLifetime()) return false;
        var isWanted = _responses.HandleReply(responseId, reply, now);
        Settle(now);
        return isWanted;
    }

    /// <summary>What became of a <see cref="ListMcpTools"/> or <see cref="CallMcpTool"/>.</summary>
    public void HandleMcp(string itemId, McpOutcome outcome, Instant now)
    {
        if (IsOutsideLifetime()) return;
        if (_mcpListings.TryHandle(itemId, outcome)) _responses.StartReady();
        else if (!_mcpCalls.TryHandle(itemId, outcome)) _context.Anomalies.Increment(SessionAnomaly.StaleMcp);
        Settle(now);
    }

    /// <summary>What became of a reply's audio.</summary>
    public void HandlePlayout(string responseId, PlayoutUpdate update, Instant now)
    {
        if (IsOutsideLifetime()) return;
        _responses.HandlePlayout(responseId, update);
        Settle(now);
    }

    public void HandleTimeout(Instant now)
    {
        if (IsClosed) return;
        while (_timers.TryTakeDue(now, out var timer))
        {
            switch (timer)
            {
                case SessionTimer.Expiry:
                    Expire(now);
                    return;
                case SessionTimer.ExpiryWarning:
                    if (_isOpen) _context.Events.SessionExpiring(_context.Config.ExpiryWarning!.Value, _context.ExpiresAt);
                    break;
                case SessionTimer.Idle:
                    _isIdleArmed = false;
                    _input.HandleIdle(now);
                    break;
            }
        }
        _responses.HandleTimeout(now);
        _input.HandleTimeout(now);
        Settle(now);
    }

    /// <summary>
    /// Whoever runs the server takes it away soon: the client is told by <c>parley.draining</c>, now or when it comes, so that it can go elsewhere. At
    /// <paramref name="end"/> the driver closes the call.
    /// </summary>
    public void HandleDraining(Instant end, Instant now)
    {
        if (IsClosed) return;
        _drainEnd = end;
        if (!_isOpen) return;
        TellDraining(now);
        Settle(now);
    }

    /// <summary>Whoever runs the server ends the session: the client is told why, then the call is closed.</summary>
    public void End(RealtimeError error, Instant now)
    {
        if (!IsClosed) End(error, CloseReason.LimitReached, now);
    }

    /// <summary>The call is over. Work that is under way is cancelled by commands; no server event follows.</summary>
    public void Close(Instant now)
    {
        if (IsClosed) return;
        var clientSilentAt = _spoken.ClientSilentAt;
        EndWork(now);
        if (clientSilentAt > now) _spoken.CutUnheard(clientSilentAt - now);
        _context.Events.Clear();
    }

    /// <summary>
    /// What <see cref="Resume"/> needs. To be taken after <see cref="Close"/>: then what was being said ends where it was heard. Before,
    /// replies in the making are in it as if nothing of them had been heard.
    /// </summary>
    public SessionSnapshot Snapshot() => _context.Snapshot(_spoken.Describe(), _spoken.HasSpoken);

    public bool TryPollServerEvent(out ReadOnlyMemory<byte> utf8Json) => _context.Events.TryPoll(out utf8Json, out _);

    /// <param name="isRefusal">It answers a faulty client event: where several clients share the session, only the sender of that needs it.</param>
    public bool TryPollServerEvent(out ReadOnlyMemory<byte> utf8Json, out bool isRefusal) => _context.Events.TryPoll(out utf8Json, out isRefusal);

    /// <summary>A <c>session.created</c> with the settings as they are now, for a client that joins the others; it is not queued for them.</summary>
    public ReadOnlyMemory<byte> MakeSessionCreated() => _context.Events.MakeSessionCreated(_context.SessionId, _context.ExpiresAt, _context.Settings);

    /// <summary>An <c>error</c> event that the driver has reason to send; it is not queued.</summary>
    public ReadOnlyMemory<byte> MakeError(RealtimeError error) => _context.Events.MakeError(error);

    public bool TryPollCommand([NotNullWhen(true)] out SessionCommand? command) => _context.Commands.TryDequeue(out command);

    private void TellDraining(Instant now) => _context.Events.Draining(_drainEnd > now ? _drainEnd - now : TimeSpan.Zero);

    private bool IsOutsideLifetime()
    {
        if (_isOpen && !IsClosed) return false;
        _context.Anomalies.Increment(SessionAnomaly.OutsideLifetime);
        return true;
    }

    /// <summary>After each input: is anybody to speak of their own accord, and does the client still listen?</summary>
    private void Settle(Instant now)
    {
        ArmIdleTimer(now);
        if (_context.Events.QueuedBytes <= MaxQueuedBytes) return;
        EndWork(now);
        _context.Events.Clear();
        _context.Commands.Enqueue(new CloseCall(CloseReason.ClientTooSlow));
    }

    private void ArmIdleTimer(Instant now)
    {
        var timeout = _context.Settings.TurnDetection?.IdleTimeout;
        var isIdle = timeout is not null && _responses.HasAnyEnded && !_responses.IsAnyActive && !_spoken.HasAudioLeft && !_input.IsUserSpeaking;
        if (isIdle == _isIdleArmed && _spoken.ClientSilentAt == _silentAtWhenArmed) return;
        (_isIdleArmed, _silentAtWhenArmed) = (isIdle, _spoken.ClientSilentAt);
        var idleFrom = _silentAtWhenArmed > now ? _silentAtWhenArmed : now;
        _timers.Set(SessionTimer.Idle, isIdle ? idleFrom + timeout!.Value : Instant.Never);
    }

    private void Expire(Instant now) => End(
        RealtimeError.Invalid("session_expired", FormattableString.Invariant(
            $"Your session hit the maximum duration of {_context.Config.MaxDuration.TotalMinutes:0.##} minutes.")),
        CloseReason.SessionExpired, now);

    private void End(RealtimeError error, CloseReason reason, Instant now)
    {
        EndWork(now, error);
        if (_isOpen) _context.Events.Error(error, clientEventId: null);
        _context.Commands.Enqueue(new CloseCall(reason));
    }

    private void EndWork(Instant now, RealtimeError? error = null)
    {
        IsClosed = true;
        _timers.StopAll();
        _responses.FailAll(error ?? RealtimeError.Invalid("session_closed", "The session was closed."), now);
        _input.DropOpenUtterance();
        _utterances.DiscardAll();
        _mcpListings.CancelAll();
        _mcpCalls.CancelAll();
    }
}
