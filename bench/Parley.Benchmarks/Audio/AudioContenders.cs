using Parley.Audio;
using Parley.Benchmarks.Measuring;

namespace Parley.Benchmarks.Audio;

/// <summary>The steps of the audio path, each going through the same speech again and again, half a second at a time.</summary>
internal sealed class AudioContenders : IDisposable
{
    public const int SampleRate = 24_000;
    private const int FrameLength = SampleRate / 50;
    private const int FramesInBatch = 25;
    private const int ShortFrameLength = SampleRate / 100;
    private const int ShortFramesInBatch = 50;

    private static readonly short[] Silence = new short[SpeechDetector.FrameLength];

    private readonly OpusEncoder _encoder = new(new OpusEncoderConfig { SampleRate = SampleRate });
    private readonly OpusDecoder _decoder = new(SampleRate);
    private readonly Resampler _resampler = new(SampleRate, SpeechDetector.SampleRate);
    private readonly SpeechDetector _detector = new();
    private readonly SpeechDetector _silenceDetector = new();
    private readonly short[] _speech;
    private readonly short[] _detectorSpeech;
    private readonly byte[][] _packets;
    private readonly byte[] _packet = new byte[OpusEncoder.MaxPacketLength];
    private readonly short[] _pcm;
    private int _encoded;
    private int _decoded;
    private int _detected;
    private int _resampled;

    public AudioContenders(short[] speech)
    {
        _speech = speech[..(speech.Length / (FrameLength * FramesInBatch) * FrameLength * FramesInBatch)];
        _detectorSpeech = SpokenText.Resample(speech, SampleRate, SpeechDetector.SampleRate);
        _pcm = new short[_decoder.MaxSamples];
        _packets = EncodeAll();
        Encode = new Contender(FramesInBatch, () => { }, EncodeBatch);
        Decode = new Contender(FramesInBatch, () => { }, DecodeBatch);
        Detect = new Contender(ShortFramesInBatch, () => { }, DetectBatch);
        DetectSilence = new Contender(ShortFramesInBatch, () => { }, DetectSilenceBatch);
        Resample = new Contender(ShortFramesInBatch, () => { }, ResampleBatch);
    }

    /// <summary>Frames of 20 ms at 24 kHz, with the configuration of a call.</summary>
    public Contender Encode { get; }

    /// <summary>The same frames.</summary>
    public Contender Decode { get; }

    /// <summary>Frames of 10 ms at 16 kHz.</summary>
    public Contender Detect { get; }

    /// <summary>The same of a microphone that is muted: zeros.</summary>
    public Contender DetectSilence { get; }

    /// <summary>24 to 16 kHz, 10 ms at a time.</summary>
    public Contender Resample { get; }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    private byte[][] EncodeAll()
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig { SampleRate = SampleRate });
        var packets = new byte[_speech.Length / FrameLength][];
        for (var i = 0; i < packets.Length; i++)
            packets[i] = _packet[..encoder.Encode(_speech.AsSpan(i * FrameLength, FrameLength), _packet)];
        return packets;
    }

    private void EncodeBatch()
    {
        for (var i = 0; i < FramesInBatch; i++) _encoder.Encode(Next(_speech, ref _encoded, FrameLength), _packet);
    }

    private void DecodeBatch()
    {
        for (var i = 0; i < FramesInBatch; i++)
        {
            if (_decoder.Decode(_packets[_decoded++ % _packets.Length], _pcm) != FrameLength) throw new InvalidOperationException("A packet was not decoded.");
        }
    }

    private void DetectBatch()
    {
        for (var i = 0; i < ShortFramesInBatch; i++) _detector.Process(Next(_detectorSpeech, ref _detected, SpeechDetector.FrameLength));
    }

    private void DetectSilenceBatch()
    {
        for (var i = 0; i < ShortFramesInBatch; i++) _silenceDetector.Process(Silence);
    }

    private void ResampleBatch()
    {
        for (var i = 0; i < ShortFramesInBatch; i++) _resampler.Process(Next(_speech, ref _resampled, ShortFrameLength), _pcm);
    }

    private static ReadOnlySpan<short> Next(short[] samples, ref int position, int length)
    {
        if (position + length > samples.Length) position = 0;
        position += length;
        return samples.AsSpan(position - length, length);
    }
}
