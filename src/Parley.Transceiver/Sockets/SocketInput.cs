using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Parley.Audio;
using Parley.Realtime.Settings;
using Parley.Transceiver.Input;

namespace Parley.Transceiver.Sockets;

/// <summary>
/// What the client's events bring as audio: bytes in the session's input format in, one <see cref="HeardFrame"/> per 10 ms out. A minute may
/// come in one event, so it is decoded as it is polled. Pure; allocates nothing but when the format changes.
/// </summary>
internal sealed class SocketInput
{
    private Resampler? _resampler;
    private AudioFormat _format = AudioFormat.Pcm24K;
    private ReadOnlyMemory<byte> _waiting;

    public InputSound Sound { get; } = new();

    /// <summary>There is more to poll.</summary>
    public bool HasMore => !_waiting.IsEmpty || Sound.HasFrame;

    /// <summary>Poll until there is no more before the next bytes.</summary>
    /// <param name="audio">Whole samples; the memory must stay as it is until there is no more to poll.</param>
    public void Append(ReadOnlyMemory<byte> audio, AudioFormat format)
    {
        if (_resampler is null || format != _format)
        {
            _format = format;
            _resampler = new Resampler(RateOf(format), InputSound.SampleRate);
        }
        _waiting = audio;
    }

    public bool TryPoll(out HeardFrame frame)
    {
        while (!Sound.HasFrame && !_waiting.IsEmpty) DecodeSome();
        return Sound.TryPoll(out frame);
    }

    /// <summary>At most 10 ms.</summary>
    private void DecodeSome()
    {
        Span<short> samples = stackalloc short[MaxRate / 100];
        var bytes = _waiting.Span[..Math.Min(_waiting.Length, RateOf(_format) / 100 * _format.BytesPerSample)];
        samples = samples[..(bytes.Length / _format.BytesPerSample)];
        Decode(bytes, samples);
        _waiting = _waiting[bytes.Length..];
        Span<short> resampled = stackalloc short[InputSound.FrameLength * 2];
        Sound.Append(resampled[.._resampler!.Process(samples, resampled)]);
    }

    private void Decode(ReadOnlySpan<byte> bytes, Span<short> samples)
    {
        if (_format == AudioFormat.Pcmu) MuLaw.Decode(bytes, samples);
        else if (_format == AudioFormat.Pcma) ALaw.Decode(bytes, samples);
        else if (BitConverter.IsLittleEndian) MemoryMarshal.Cast<byte, short>(bytes).CopyTo(samples);
        else BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, short>(bytes), samples);
    }

    /// <summary>G.711 has no other rate.</summary>
    private static int RateOf(AudioFormat format) => format.Rate ?? 8000;

    private const int MaxRate = 48_000;
}
