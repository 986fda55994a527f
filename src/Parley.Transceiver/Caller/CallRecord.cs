using Parley.Audio;
using Parley.Rtc;

namespace Parley.Transceiver.Caller;

/// <summary>How a call went. Times count from the answer to the offer; null where it did not come so far.</summary>
public sealed record CallRecord
{
    /// <summary>ICE, DTLS and SRTP are up.</summary>
    public TimeSpan? Connected { get; init; }

    /// <summary><c>session.created</c> came over the data channel.</summary>
    public TimeSpan? SessionCreated { get; init; }

    /// <summary>Sound that is no silence came.</summary>
    public TimeSpan? FirstSound { get; init; }

    /// <summary>From the offer to the answer.</summary>
    public TimeSpan AnswerTook { get; init; }

    public TimeSpan Duration { get; init; }

    public IReadOnlyList<TurnReport> Turns { get; init; } = [];

    /// <summary>Null: audio came within the events.</summary>
    public PeerStats? Network { get; init; }

    /// <summary>Null: audio came within the events.</summary>
    public PlayoutStats? Playout { get; init; }

    /// <summary>Why the call did not come to its end; null when it did, or was ended by its maker.</summary>
    public string? Error { get; init; }

    /// <summary>Its maker ended it.</summary>
    public bool IsCancelled { get; init; }
}
