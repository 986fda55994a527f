using System.Diagnostics.CodeAnalysis;
using Parley.Conversation;
using Parley.Realtime;
using Parley.Realtime.Protocol;
using Parley.Transceiver.Audience;
using Parley.Transceiver.Models;

namespace Parley.Transceiver.Sockets;

/// <summary>
/// A call whose audio travels within its events: joins the Realtime session, the audio that the client appends, and the models. A machine of the
/// sans-IO contract: after each Handle… poll the server events; while <see cref="IsHearing"/>, call <see cref="Hear"/> before the
/// next event of a client. One thread at a time; time is an argument.
/// </summary>
internal sealed class SocketCall : IDisposable
{
    /// <summary>Half a second: so much of a long append is heard at a time, so that one client does not keep the others waiting.</summary>
    public const int FramesAtATime = 50;

    private readonly RealtimeSession _session;
    private readonly SessionModels _models;
    private readonly SocketInput _input = new();
    private readonly SessionAudience _audience;

    /// <summary>Reply audio whose events wait for the client: while it does, its models may run ahead only so far.</summary>
    private readonly Queue<(long LastEvent, string ResponseId, int Samples)> _unsent = new();

    public SocketCall(RealtimeSession session, ModelPort models, Instant now)
    {
        _session = session;
        _models = new SessionModels(session, _input.Sound, models);
        _audience = new SessionAudience(session);
        CreatedAt = now;
    }

    /// <summary>The session's: <c>sess_…</c></summary>
    public string Id => _session.Id;

    public Instant CreatedAt { get; }

    /// <summary>Appended audio waits to be heard.</summary>
    public bool IsHearing => _input.HasMore && CloseReason is null;

    /// <summary>Set when the call is over; what events are left are still to be sent.</summary>
    public CallCloseReason? CloseReason { get; private set; }

    /// <summary>What another connection could go on with, once the call is over; null: nothing, for it ended for good.</summary>
    public SessionSnapshot? Remains { get; private set; }

    /// <summary>Bytes of events that wait to be polled.</summary>
    public int QueuedBytes => _audience.QueuedBytes;

    public Deadline NextDeadline => CloseReason is null ? Deadline.Earlier(_session.NextDeadline, _models.NextDeadline) : Deadline.None;

    public void HandleOpened(Instant now)
    {
        _audience.HandleOpened(now);
        Advance(now);
    }

    /// <summary>One message of the client. Not while <see cref="IsHearing"/>.</summary>
    public void HandleClientEvent(ReadOnlySpan<byte> utf8Json, Instant now)
    {
        _audience.HandleClientEvent(utf8Json, now);
        Advance(now);
    }

    /// <summary>A sideband has come, has something to say, or has left. Not while <see cref="IsHearing"/>.</summary>
    public void HandleSideband(Sideband sideband, Instant now)
    {
        _audience.Handle(sideband, now);
        Advance(now);
    }

    /// <summary>Hears some of what was appended.</summary>
    public void Hear(Instant now)
    {
        for (var i = 0; i < FramesAtATime && IsHearing && _input.TryPoll(out var frame); i++)
        {
            _models.Hearing.Handle(frame, now);
            ExecuteCommands(now);
        }
        _models.Hearing.Feed();
        Advance(now);
    }

    /// <summary>Models have brought something.</summary>
    public void HandleModels(Instant now)
    {
        while (CloseReason is null && _models.TryPollReply(now, out var responseId, out var reply))
        {
            if (reply is not ReplyAudio audio) continue;
            _audience.Publish();
            _unsent.Enqueue((_audience.QueuedCount, responseId, audio.Samples.Length));
        }
        Advance(now);
    }

    public void HandleTimeout(Instant now)
    {
        if (_session.NextDeadline.IsDue(now)) _session.HandleTimeout(now);
        _models.HandleTimeout(now);
        Advance(now);
    }

    /// <summary>The next event for the client. What it takes makes room for the models to go on.</summary>
    public bool TryPollServerEvent(out ReadOnlyMemory<byte> utf8Json)
    {
        var any = _audience.TryPoll(out utf8Json);
        while (_unsent.TryPeek(out var audio) && audio.LastEvent <= _audience.GivenCount)
        {
            _models.Consumed(audio.ResponseId, audio.Samples);
            _unsent.Dequeue();
        }
        return any;
    }

    /// <summary>How the client's connection is to end, when the call is over.</summary>
    /// <param name="readEnd">Why nothing more is read from it, where that came first.</param>
    public SocketEnd EndAfter(SocketReadEnd? readEnd) => CloseReason switch
    {
        CallCloseReason.ClientTooSlow => _audience.EndOfTooSlow(),
        CallCloseReason.MessageRefused when readEnd is { } end && SocketEnd.Of(end) is var refused =>
            refused with { LastEvent = _session.MakeError(RealtimeError.Invalid(end == SocketReadEnd.TooLong ? "message_too_large" : "message_refused", refused.Description)) },
        { } reason => SocketEnd.Of(reason),
        null => throw new InvalidOperationException("The call is not over."),
    };

    /// <summary>The server is going away at <paramref name="end"/>: the client is told.</summary>
    public void HandleDraining(Instant end, Instant now)
    {
        _session.HandleDraining(end, now);
        Advance(now);
    }

    /// <summary>Tells the client why, and ends the call.</summary>
    public void End(RealtimeError error, Instant now)
    {
        _session.End(error, now);
        Advance(now);
    }

    public void Close(CallCloseReason reason, Instant now)
    {
        if (CloseReason is not null) return;
        CloseReason = reason;
        _session.Close(now);
        if (reason.IsResumable()) Remains = _session.Snapshot();
        // What the session would have cancelled one by one.
        while (_session.TryPollCommand(out _)) { }
        Dispose();
    }

    /// <summary>Model work that is under way is cancelled, and sidebands are told that it is over.</summary>
    public void Dispose()
    {
        CloseReason ??= CallCloseReason.Fault;
        _models.Close();
        _audience.Close(SocketEnd.Of(CloseReason.Value));
    }

    private void Advance(Instant now)
    {
        ExecuteCommands(now);
        _audience.Publish();
        if (_audience.IsClientTooSlow) Close(CallCloseReason.ClientTooSlow, now);
    }

    private void ExecuteCommands(Instant now)
    {
        while (_session.TryPollCommand(out var command)) Execute(command, now);
    }

    private void Execute(SessionCommand command, Instant now)
    {
        _models.Execute(command, now);
        switch (command)
        {
            case AppendInput append:
                _input.Append(append.Audio, _session.InputFormat);
                break;
            case CloseCall close:
                // What the session still had to say goes out before the end.
                _audience.Publish();
                Close(close.Reason.OfCall(), now);
                break;
        }
    }
}
