using System.Runtime.InteropServices;
using System.Text.Json;
using Parley.Audio;
using Parley.Voices;

namespace Parley.EndToEnd.Tests.Phones;

/// <summary>Words for a phone to say, as samples and as Opus packets, for a stack may have no codec.</summary>
internal sealed class Phrase
{
    private const int SampleRate = 48_000;
    private const int FrameLength = SampleRate / 50;

    private Phrase(string pcm, IReadOnlyList<string> opus)
    {
        Pcm = pcm;
        Opus = opus;
    }

    /// <summary>48 kHz, mono, 16 bit, little-endian, in base64.</summary>
    public string Pcm { get; }

    /// <summary>Packets of 20 ms, each in base64.</summary>
    public IReadOnlyList<string> Opus { get; }

    /// <summary>By espeak-ng, which no template of the recogniser comes from.</summary>
    public static Phrase Of(string text, string voice)
    {
        var spoken = Espeak.Speak(text, new EspeakVoice(voice), SampleRate);
        var samples = new short[(spoken.Length + FrameLength - 1) / FrameLength * FrameLength];
        spoken.CopyTo(samples, 0);
        using var encoder = new OpusEncoder(new OpusEncoderConfig { SampleRate = SampleRate });
        var packet = new byte[OpusEncoder.MaxPacketLength];
        var opus = new List<string>();
        for (var i = 0; i < samples.Length; i += FrameLength)
            opus.Add(Convert.ToBase64String(packet, 0, encoder.Encode(samples.AsSpan(i, FrameLength), packet)));
        return new Phrase(Convert.ToBase64String(MemoryMarshal.AsBytes(samples.AsSpan())), opus);
    }

    /// <summary>What a phone heard: samples, or Opus packets with their RTP timestamps, decoded here.</summary>
    public static SideRecording ToRecording(JsonElement heard)
    {
        if (heard.TryGetProperty("pcm", out var pcm))
            return new SideRecording(heard.GetProperty("rate").GetInt32(), MemoryMarshal.Cast<byte, short>(pcm.GetBytesFromBase64()).ToArray());
        using var decoder = new OpusDecoder(SampleRate);
        var samples = new List<short>();
        var frame = new short[decoder.MaxSamples];
        foreach (var packet in heard.GetProperty("opus").EnumerateArray())
            samples.AddRange(frame.AsSpan(0, Math.Max(0, decoder.Decode(packet[1].GetBytesFromBase64(), frame))));
        return new SideRecording(SampleRate, [.. samples]);
    }
}
