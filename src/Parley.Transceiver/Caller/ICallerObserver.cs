namespace Parley.Transceiver.Caller;

/// <summary>Follows an <see cref="OutgoingCall"/>. Called on the call's own thread: whatever takes long belongs elsewhere.</summary>
public interface ICallerObserver
{
    /// <summary>ICE, DTLS and SRTP are up.</summary>
    void Connected(TimeSpan sinceAnswer);

    /// <summary>A message came over the data channel: UTF-8 JSON of a server event, in most cases.</summary>
    void EventReceived(ReadOnlySpan<byte> message);

    /// <summary>10 ms are heard, 24 kHz: every 10 ms from the connection to its end.</summary>
    void Heard(ReadOnlySpan<short> pcm);

    /// <summary>A turn was said and answered.</summary>
    void TurnEnded(int number, TurnReport turn);
}
