using System.Diagnostics.CodeAnalysis;
using Parley.Conversation;
using Parley.Realtime;
using Parley.Transceiver.Input;
using Parley.Transceiver.Models;

namespace Parley.Transceiver;

/// <summary>
/// A session and its models, joined: what the one wants and the others bring, whatever way the call's audio travels. That alone is left to
/// the call: it gives what is heard to <see cref="Hearing"/>, polls replies, and says what became of their audio.
/// </summary>
internal sealed class SessionModels(RealtimeSession session, InputSound sound, ModelPort port)
{
    public SessionHearing Hearing { get; } = new(session, sound, port);

    public Deadline NextDeadline => port.NextDeadline;

    /// <summary>Gives up what is overdue.</summary>
    public void HandleTimeout(Instant now)
    {
        while (port.TryGiveUp(now, out var failure)) Hearing.HandleTranscript(failure, now);
    }

    /// <summary>
    /// Tells the session what the models have brought, up to something of a reply that the call has to deal with: audio that is wanted,
    /// or the end.
    /// </summary>
    public bool TryPollReply(Instant now, out string responseId, [NotNullWhen(true)] out ReplyEvent? reply)
    {
        while (port.TryPollEvent(out var brought))
        {
            (responseId, reply) = (brought.Id, brought.Reply);
            if (brought.Transcript is not null)
                Hearing.HandleTranscript(brought, now);
            else if (brought.Mcp is { } mcp)
                session.HandleMcp(brought.Id, mcp, now);
            else if (reply is not null && IsForCall(responseId, reply, now))
                return true;
        }
        (responseId, reply) = ("", null);
        return false;
    }

    /// <summary>So many samples of the reply were played, sent or dropped: its models may go on.</summary>
    public void Consumed(string responseId, int samples) => port.Consumed(responseId, samples);

    /// <summary>Does what the command asks of the models, if anything.</summary>
    public void Execute(SessionCommand command, Instant now)
    {
        if (Hearing.TryExecute(command, now) || port.TryExecuteMcp(command)) return;
        switch (command)
        {
            case StartReply start:
                port.StartReply(start.Request);
                break;
            case CancelReply cancel:
                port.CancelReply(cancel.ResponseId);
                break;
        }
    }

    /// <summary>Nothing is under way any more that anybody waits for.</summary>
    public void Close()
    {
        Hearing.Close();
        port.Close();
    }

    private bool IsForCall(string responseId, ReplyEvent reply, Instant now)
    {
        var isWanted = session.HandleReply(responseId, reply, now);
        if (isWanted || reply is not ReplyAudio audio) return true;
        Consumed(responseId, audio.Samples.Length);
        return false;
    }
}
