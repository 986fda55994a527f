using Parley.Simulation;

namespace Parley.Audio.Fitting;

/// <summary>What a clip is made of.</summary>
public sealed record ClipPlan
{
    public double Seconds { get; init; } = 12;

    /// <summary>dB between the speech and the noise while both sound; null: no noise at all, digital silence in pauses.</summary>
    public double? SignalToNoise { get; init; }

    public NoiseKind Noise { get; init; }

    public bool HasSpeech { get; init; } = true;

    /// <summary>The level of speech in dBFS.</summary>
    public double Level { get; init; } = -26;

    /// <summary>Seconds before the first word.</summary>
    public double Start { get; init; } = 1;

    /// <summary>Seconds before the noise begins.</summary>
    public double NoiseStart { get; init; }

    /// <summary>Seconds in which an echo of the room falls by 60 dB; 0: none.</summary>
    public double Reverberation { get; init; }

    public bool IsCoded { get; init; }

    /// <summary>dB per octave that the microphone adds.</summary>
    public double Tilt { get; init; }
}

/// <summary>Mixes utterances and noise to a plan, and knows what it mixed.</summary>
public static class ClipMaker
{
    private const int Frame = SpeechDetector.FrameLength;

    public static Clip Make(
        ClipPlan plan, IReadOnlyList<short[]> utterances, IReadOnlyList<short[]> talkers, SeededRandom random, bool isHeldOut)
    {
        var length = (int)(plan.Seconds * 16000) / Frame * Frame;
        var speech = new float[length];
        var onsets = new List<int>();
        if (plan.HasSpeech) PlaceUtterances(speech, plan, utterances, random, onsets);
        // An echo is heard after the words have ended.
        var truth = Truth(speech, tailFrames: plan.Reverberation > 0 ? 20 : 6);
        if (plan.Tilt != 0) ApplyTilt(speech, plan.Tilt);
        if (plan.Reverberation > 0) Reverberate(speech, plan.Reverberation, random);
        var mixed = speech;
        if (plan.SignalToNoise is { } ratio)
        {
            var noise = Noises.Make(plan.Noise, length, random, talkers, isHeldOut);
            var gain = (float)(32768 * Math.Pow(10, (plan.Level - ratio) / 20));
            for (var i = (int)(plan.NoiseStart * 16000); i < length; i++) mixed[i] += noise[i] * gain;
        }
        var samples = new short[length];
        for (var i = 0; i < length; i++) samples[i] = (short)Math.Clamp(MathF.Round(mixed[i]), short.MinValue, short.MaxValue);
        return new Clip(plan.IsCoded ? Code(samples) : samples, truth, [.. onsets]);
    }

    private static void PlaceUtterances(
        float[] speech, ClipPlan plan, IReadOnlyList<short[]> utterances, SeededRandom random, List<int> onsets)
    {
        var at = (int)(plan.Start * 16000);
        while (at < speech.Length - 4000)
        {
            var utterance = utterances[random.NextInt(utterances.Count)];
            var gain = 32768 * Math.Pow(10, plan.Level / 20) / ActiveRms(utterance);
            onsets.Add(at / Frame);
            for (var i = 0; i < utterance.Length && at + i < speech.Length; i++) speech[at + i] = (float)(utterance[i] * gain);
            at += utterance.Length + (int)(16000 * (0.4 + 2 * random.NextDouble()));
        }
    }

    /// <summary>The RMS of the frames that are not pauses.</summary>
    private static double ActiveRms(short[] utterance)
    {
        var powers = new List<double>();
        for (var at = 0; at + Frame <= utterance.Length; at += Frame)
        {
            double sum = 0;
            for (var i = 0; i < Frame; i++) sum += (double)utterance[at + i] * utterance[at + i];
            powers.Add(sum / Frame);
        }
        var loudest = powers.Max();
        return Math.Sqrt(powers.Where(power => power > loudest / 300).DefaultIfEmpty(1).Average());
    }

    /// <summary>
    /// Speech where the dry speech is within 30 dB of its loud frames; pauses up to 120 ms, edges of 20 ms and the tail
    /// after an end are either.
    /// </summary>
    private static FrameTruth[] Truth(float[] speech, int tailFrames)
    {
        var frames = speech.Length / Frame;
        var power = new double[frames];
        for (var f = 0; f < frames; f++)
            for (var i = 0; i < Frame; i++) power[f] += speech[f * Frame + i] * speech[f * Frame + i];
        var threshold = Math.Max(power.Max() / 1000, 1);
        var truth = new FrameTruth[frames];
        for (var f = 0; f < frames; f++) truth[f] = power[f] > threshold ? FrameTruth.Speech : FrameTruth.Silence;
        for (var f = 1; f < frames; f++)
        {
            if (truth[f] != FrameTruth.Silence || truth[f - 1] != FrameTruth.Speech) continue;
            var end = Array.IndexOf(truth, FrameTruth.Speech, f);
            if (end < 0) end = frames;
            var tail = end - f <= 12 ? end : Math.Min(f + tailFrames, end);
            for (var i = f; i < tail; i++) truth[i] = FrameTruth.Either;
            f = end;
        }
        for (var f = 2; f < frames; f++)
            if (truth[f] == FrameTruth.Speech && truth[f - 1] == FrameTruth.Silence)
                truth.AsSpan(f - 2, 3).Fill(FrameTruth.Either);
        // What is below the threshold and yet sounds is no silence.
        for (var f = 0; f < frames; f++)
            if (truth[f] == FrameTruth.Silence && power[f] > threshold / 100) truth[f] = FrameTruth.Either;
        return truth;
    }

    private static void ApplyTilt(float[] speech, double perOctave)
    {
        // A first-order difference or sum, mixed in: close enough to a tilt for a microphone.
        var amount = (float)Math.Clamp(perOctave / 6, -0.9, 0.9);
        float last = 0;
        for (var i = 0; i < speech.Length; i++)
        {
            var now = speech[i];
            speech[i] = amount >= 0 ? now - amount * last : now - amount * 0.8f * (i == 0 ? 0 : speech[i - 1]);
            last = now;
        }
    }

    private static void Reverberate(float[] speech, double seconds, SeededRandom random)
    {
        // Schroeder's four combs, with delays of a small room.
        var dry = speech.ToArray();
        foreach (var milliseconds in (double[])[29.7, 37.1, 41.1, 43.7])
        {
            var delay = (int)(16 * milliseconds * (0.8 + 0.4 * random.NextDouble()));
            var feedback = (float)Math.Pow(10, -3 * delay / (seconds * 16000));
            var comb = new float[speech.Length];
            for (var i = delay; i < speech.Length; i++)
            {
                comb[i] = dry[i - delay] + feedback * comb[i - delay];
                speech[i] += 0.12f * comb[i];
            }
        }
    }

    /// <summary>Through Opus, as a call's audio comes.</summary>
    private static short[] Code(short[] samples)
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig { SampleRate = 16000, BitsPerSecond = 24000, Complexity = 3 });
        using var decoder = new OpusDecoder(16000);
        var packet = new byte[OpusEncoder.MaxPacketLength];
        var output = new short[samples.Length];
        for (var at = 0; at + 320 <= samples.Length; at += 320)
            decoder.Decode(packet.AsSpan(0, encoder.Encode(samples.AsSpan(at, 320), packet)), output.AsSpan(at, 320));
        // The codec's delay is undone, so that the truth stays where it is.
        output.AsSpan(encoder.Lookahead).CopyTo(output);
        return output;
    }
}
