using System.Runtime.InteropServices;
using Parley.Audio;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Replies;

/// <summary>
/// Turns the speech of one response, mono, 16 bit, 24 kHz, into the bytes of <c>response.output_audio.delta</c>: little-endian PCM at
/// the same rate, or G.711 at 8 kHz. What it returns is valid until the next call.
/// </summary>
internal sealed class OutputEncoder(AudioFormat format)
{
    private const int InputRate = 24_000;
    private const int TelephoneRate = 8_000;

    private readonly Resampler? _toTelephone = format.Type == "audio/pcm" ? null : new Resampler(InputRate, TelephoneRate);
    private readonly bool _isMuLaw = format.Type == "audio/pcmu";
    private short[] _samples = [];
    private byte[] _codes = [];

    public ReadOnlySpan<byte> Encode(ReadOnlySpan<short> samples)
    {
        if (_toTelephone is null) return MemoryMarshal.AsBytes(samples);
        var length = _toTelephone.OutputLength(samples.Length);
        if (_codes.Length < length) (_samples, _codes) = (new short[length], new byte[length]);
        _toTelephone.Process(samples, _samples);
        if (_isMuLaw) MuLaw.Encode(_samples.AsSpan(0, length), _codes);
        else ALaw.Encode(_samples.AsSpan(0, length), _codes);
        return _codes.AsSpan(0, length);
    }

    /// <summary>Samples, at 24 kHz, by which what came out lags behind what went in.</summary>
    public int Lag => _toTelephone?.DelayInputSamples ?? 0;

    /// <summary>The last words, as far as they have not come out yet.</summary>
    public ReadOnlySpan<byte> Finish() => Encode(new short[Lag]);
}
