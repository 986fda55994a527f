using System.Diagnostics.CodeAnalysis;

namespace Parley.Transceiver.Caller;

/// <summary>The calling end of a connection, as a <see cref="Dialogue"/> sees it, whatever carries it.</summary>
public interface ICallerLine
{
    /// <summary>Audio and events flow, or have.</summary>
    bool IsConnected { get; }

    /// <summary>Why the connection ended; null while it has not.</summary>
    string? EndedBy { get; }

    /// <summary>Events can be sent.</summary>
    bool IsChannelOpen { get; }

    /// <summary>Microphone audio waits to be sent.</summary>
    bool IsSpeaking { get; }

    /// <summary>When the last audible sample that was said left the microphone; <see cref="Instant.Never"/> before.</summary>
    Instant SpokeUntil { get; }

    /// <summary>Whether audio has come that is not yet heard; null: that cannot be known here, only the server can say when it has stopped.</summary>
    bool? HasAudioLeft { get; }

    /// <summary>Speaks after what was said before. 24 kHz.</summary>
    void Say(ReadOnlyMemory<short> samples);

    /// <summary>Sends a client event; false when it is not taken now.</summary>
    bool TrySendEvent(ReadOnlySpan<byte> utf8Json, Instant now);

    /// <summary>The next server event, UTF-8 JSON.</summary>
    bool TryPollEvent([NotNullWhen(true)] out byte[]? utf8Json);

    /// <summary>What is heard next: 10 ms, from the connection on.</summary>
    /// <param name="now">The time.</param>
    /// <param name="pcm">Must hold <see cref="VoiceCaller.HeardLength"/> samples.</param>
    /// <param name="length">How many were written.</param>
    /// <param name="at">When the first of them sounds.</param>
    bool TryPollHeard(Instant now, Span<short> pcm, out int length, out Instant at);
}
