using System.Threading.Channels;
using Parley.Conversation;

namespace Parley.Speech.Replies;

/// <summary>
/// Speaks a reply while it is being written: clause after clause, each as soon as it stands, ahead of what is heard. It
/// tells with marks which characters are heard by when, and each mark before its audio: the last 20 ms of what came are held
/// back until it is known whether they end a clause.
/// </summary>
internal sealed class SpeechTrack(
    ISynthesizer synthesizer, TimeProvider time, ReplyPipelineConfig config, ReplyRequest request, ReplyQueue queue)
{
    private readonly Channel<Clause> _clauses =
        Channel.CreateUnbounded<Clause>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly ClauseSplitter _splitter = new();
    private readonly SynthesisOptions _options = new(request.Voice, request.Speed);
    private ReadOnlyMemory<short> _held;
    private int _textLength;
    private long _samples;
    private TimeSpan _markPosition;
    private int _markLength;
    private bool _isWhole;

    public void Add(string delta)
    {
        if (!request.IsSpoken) return;
        _textLength += delta.Length;
        _splitter.Add(delta);
        Queue();
    }

    /// <summary>What was added last is the end of a clause.</summary>
    public void Flush()
    {
        _splitter.Flush();
        Queue();
    }

    /// <summary>No text follows.</summary>
    public void Complete(bool withRest)
    {
        if (withRest) Flush();
        _isWhole = withRest;
        _clauses.Writer.TryComplete();
    }

    /// <summary>Speaks until <see cref="Complete"/>; throws what the synthesiser throws.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await _clauses.Reader.WaitToReadAsync(cancellationToken))
            while (_clauses.Reader.TryRead(out var clause))
                if (clause.IsSpoken) await SpeakAsync(clause, cancellationToken);
        MarkUnspokenEnd();
    }

    private void Queue()
    {
        while (_splitter.TryTake(out var clause)) _clauses.Writer.TryWrite(clause);
    }

    private async Task SpeakAsync(Clause clause, CancellationToken cancellationToken)
    {
        var start = _samples;
        var hasMarks = false;
        var timeout = config.FirstAudioTimeout;
        await using var stream = new ModelStream<SpeechFrame>(
            token => synthesizer.SpeakAsync(clause.Spoken.Text, _options, token), time, cancellationToken);
        while (await NextAsync(stream, timeout))
        {
            var frame = stream.Current;
            timeout = config.NextAudioTimeout;
            await queue.WaitForRoomAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var mark in frame.Marks)
            {
                hasMarks = true;
                Mark(Time(start) + mark.Position, clause.HeardLength(mark.TextLength));
            }
            if (!hasMarks) MarkByEstimate(clause, start, frame.Samples.Length);
            Play(frame.Samples);
        }
        if (_samples > start) Mark(Time(_samples), clause.End);
        PlayHeld();
    }

    private static async Task<bool> NextAsync(ModelStream<SpeechFrame> stream, TimeSpan timeout)
    {
        try
        {
            return await stream.MoveNextAsync(timeout);
        }
        catch (TimeoutException exception)
        {
            throw new SpeechException("speech_timeout",
                $"The synthesiser sent no audio for {timeout.TotalSeconds:0.#} s. Check that its server is not overloaded.", exception);
        }
    }

    /// <summary>A synthesiser without word times: people speak about 14 characters a second. The clause's end is exact again.</summary>
    private void MarkByEstimate(Clause clause, long start, int length)
    {
        var text = clause.Spoken.Text;
        var end = _samples + length;
        for (var at = _samples + EstimateStep; at < end; at += EstimateStep)
        {
            var spoken = (int)Math.Min(text.Length, Time(at - start).TotalSeconds * CharactersPerSecond * Math.Max(0.25, request.Speed));
            if (spoken < text.Length) spoken = text.LastIndexOf(' ', Math.Max(0, spoken));
            if (spoken > 0) Mark(Time(at), clause.HeardLength(spoken));
        }
    }

    private void Mark(TimeSpan position, int length)
    {
        if (length <= _markLength || position < _markPosition) return;
        (_markPosition, _markLength) = (position, length);
        queue.Post(new ReplyMark(position, length));
    }

    private void Play(ReadOnlyMemory<short> samples)
    {
        if (samples.Length == 0) return;
        _samples += samples.Length;
        PlayHeld();
        var now = Math.Max(0, samples.Length - HeldSamples);
        if (now > 0) queue.Post(new ReplyAudio(samples[..now]));
        _held = samples[now..];
    }

    private void PlayHeld()
    {
        if (_held.Length > 0) queue.Post(new ReplyAudio(_held));
        _held = default;
    }

    /// <summary>A reply that ends with something unspeakable (a code block, an emoji) is heard to its end after one more frame of silence.</summary>
    private void MarkUnspokenEnd()
    {
        if (!_isWhole || _markLength >= _textLength) return;
        _samples += HeldSamples;
        Mark(Time(_samples), _textLength);
        queue.Post(new ReplyAudio(new short[HeldSamples]));
    }

    private static TimeSpan Time(long samples) => TimeSpan.FromTicks(samples * TimeSpan.TicksPerSecond / SampleRate);

    private const int SampleRate = 24_000;
    private const int HeldSamples = SampleRate / 50;
    private const int EstimateStep = SampleRate / 4;
    private const double CharactersPerSecond = 14;
}
