using Parley.Realtime;
using Parley.Transceiver.Models;

namespace Parley.Transceiver.Input;

/// <summary>
/// What is the same for every session, however its audio travels: what is heard goes to the session and to the recognisers that follow
/// an utterance, and what they understood goes to the session.
/// </summary>
internal sealed class SessionHearing(RealtimeSession session, InputSound sound, ModelPort models)
{
    private readonly OpenUtterances _utterances = new(sound, session);

    /// <summary>Carry out the commands that this brings at once: how far an utterance may look back is counted from this frame.</summary>
    public void Handle(in HeardFrame frame, Instant now)
    {
        var position = TimeSpan.FromTicks(frame.End * TimeSpan.TicksPerSecond / InputSound.SampleRate);
        session.HandleSpeech(frame.SpeechProbability, position, now);
    }

    /// <summary>Gives the recognisers what was heard since the last time.</summary>
    public void Feed()
    {
        if (!_utterances.IsEmpty) _utterances.Feed();
    }

    public void HandleTranscript(in ModelEvent brought, Instant now)
    {
        if (brought.Transcript is not Conversation.TranscriptHypothesis) _utterances.Discard(brought.Id);
        session.HandleTranscript(brought.Id, brought.Transcript!, now);
    }

    /// <summary>False: the command is none of the input's.</summary>
    public bool TryExecute(SessionCommand command, Instant now)
    {
        switch (command)
        {
            case BeginUtterance begin:
                _utterances.Begin(begin.ItemId, ToSamples(begin.From), models.BeginUtterance(begin));
                return true;
            case EndUtterance end:
                _utterances.End(end.ItemId, ToSamples(end.To));
                models.AwaitTranscript(end.ItemId, now);
                return true;
            case RecognizeItem recording:
                models.Recognize(recording, now);
                return true;
            case DiscardUtterance discard:
                _utterances.Discard(discard.ItemId);
                models.DiscardUtterance(discard.ItemId);
                return true;
            default:
                return false;
        }
    }

    public void Close() => _utterances.Close();

    private static long ToSamples(TimeSpan position) => position.Ticks * InputSound.SampleRate / TimeSpan.TicksPerSecond;
}
