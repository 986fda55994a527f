using Parley.Transceiver.Output;

namespace Parley.Transceiver.Caller;

/// <summary>A microphone that never stops: what is to be said, and silence where there is nothing. 24 kHz.</summary>
internal sealed class CallerVoice
{
    /// <summary>Samples of a frame: 20 ms.</summary>
    public const int FrameLength = VoiceCaller.SampleRate / 50;

    private readonly Queue<ReadOnlyMemory<short>> _toSay = new();
    private int _offset;

    public bool IsSpeaking => _toSay.Count > 0;

    /// <summary>Samples that wait.</summary>
    public int SamplesToSay { get; private set; }

    /// <summary>When the last audible sample left; <see cref="Instant.Never"/> before.</summary>
    public Instant SpokeUntil { get; private set; } = Instant.Never;

    public void Say(ReadOnlyMemory<short> samples)
    {
        if (samples.IsEmpty) return;
        _toSay.Enqueue(samples);
        SamplesToSay += samples.Length;
    }

    /// <summary>Takes the next frame, which leaves at <paramref name="at"/>.</summary>
    public void Take(Span<short> frame, Instant at)
    {
        frame.Clear();
        var filled = 0;
        while (filled < FrameLength && _toSay.TryPeek(out var chunk))
        {
            var rest = chunk.Span[_offset..];
            var take = Math.Min(rest.Length, FrameLength - filled);
            rest[..take].CopyTo(frame[filled..]);
            filled += take;
            _offset += take;
            SamplesToSay -= take;
            if (_offset < chunk.Length) break;
            _toSay.Dequeue();
            _offset = 0;
        }
        // What leaves now was captured in the 20 ms before.
        var audible = frame.LastIndexOfAnyExceptInRange((short)-VoiceCaller.AudibleLevel, (short)VoiceCaller.AudibleLevel);
        if (audible >= 0) SpokeUntil = at - Pacer.Period + TimeSpan.FromTicks((audible + 1) * TimeSpan.TicksPerSecond / VoiceCaller.SampleRate);
    }
}
