using System.Runtime.InteropServices;
using Parley.Audio;

namespace Parley.Speech.Embedded;

/// <summary>Makes <see cref="SpeechFrame"/>s of what flite says: trims, levels, resamples, marks words. One clause, one thread.</summary>
internal sealed class ClauseSpeaker(
    string clean, FliteSpeaker speaker, float stretch, Action<SpeechFrame> output, CancellationToken cancellationToken) : IFliteSink
{
    private const int OutputRate = 24_000;
    private const int SilenceThreshold = 90;

    /// <summary>Seconds by which sound may stray from the planned phones.</summary>
    private const float SpanSlack = 0.05f;

    private const int SilenceMargin = FliteVoice.SampleRate / 50;

    private readonly SilenceTrimmer _trimmer = new(SilenceThreshold, SilenceMargin);
    private readonly Resampler _resampler = new(FliteVoice.SampleRate, OutputRate);
    private readonly List<short> _trimmed = [];
    private List<(float End, int TextLength)> _marks = [];
    private int _nextMark;
    private long _written;

    public void Speak()
    {
        FliteUtterance.Speak(speaker.Voice, clean, stretch, speaker.Pitch, this);
        if (cancellationToken.IsCancellationRequested) return;
        _trimmed.Clear();
        _trimmer.Complete(_trimmed);
        _trimmed.AddRange(new short[_resampler.DelayInputSamples]);
        Write(isLast: true);
    }

    public void HandleTimings(FliteTimings timings)
    {
        _marks = WordMarks.Place(clean, timings.Tokens);
        var (start, end) = timings.SpeechSpan;
        _trimmer.SetSpeechSpan(
            (int)((start - SpanSlack) * FliteVoice.SampleRate), (int)((end + SpanSlack) * FliteVoice.SampleRate));
    }

    public bool HandleSamples(ReadOnlySpan<short> samples)
    {
        if (cancellationToken.IsCancellationRequested) return false;
        Span<short> levelled = new short[samples.Length];
        for (var i = 0; i < samples.Length; i++)
            levelled[i] = (short)Math.Clamp(samples[i] * speaker.Gain, short.MinValue, short.MaxValue);
        _trimmed.Clear();
        _trimmer.Process(levelled, _trimmed);
        Write(isLast: false);
        return true;
    }

    private void Write(bool isLast)
    {
        var input = CollectionsMarshal.AsSpan(_trimmed);
        if (input.IsEmpty && !isLast) return;
        var frame = new short[_resampler.OutputLength(input.Length)];
        var length = _resampler.Process(input, frame);
        _written += length;
        output(new(frame.AsMemory(0, length), TakeMarks(isLast)));
    }

    private List<WordMark> TakeMarks(bool isLast)
    {
        List<WordMark> taken = [];
        var end = TimeSpan.FromSeconds((double)_written / OutputRate);
        for (; _nextMark < _marks.Count; _nextMark++)
        {
            var (seconds, textLength) = _marks[_nextMark];
            var dropped = (double)_trimmer.LeadingDropped / FliteVoice.SampleRate;
            var position = TimeSpan.FromSeconds(Math.Max(0, seconds - dropped)) + _resampler.Delay;
            if (position > end && !isLast) break;
            taken.Add(new(position < end ? position : end, textLength));
        }
        return taken;
    }
}
