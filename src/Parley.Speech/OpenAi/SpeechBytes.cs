using System.Buffers.Binary;
using Parley.Audio;

namespace Parley.Speech.OpenAi;

/// <summary>
/// From a server's bytes, as they come, to 24 kHz mono. Headerless little-endian 16-bit samples, or WAV when the bytes begin
/// with RIFF; chunks may end anywhere, also inside a sample or the header.
/// </summary>
/// <param name="rawRate">The rate of headerless audio, Hz.</param>
internal sealed class SpeechBytes(int rawRate)
{
    private readonly List<byte> _head = [];
    private Resampler? _resampler;
    private int _channels = 1;
    private byte[] _carry = [];
    private long _dataLeft = long.MaxValue;

    /// <summary>Set when the bytes are no audio that can be used; nothing more is made of them then.</summary>
    public string? Problem { get; private set; }

    public short[] Add(ReadOnlySpan<byte> bytes)
    {
        if (Problem is not null) return [];
        if (_resampler is not null) return Convert(bytes);
        if (_head.Count > LongestHead)
        {
            Problem = "its WAV header does not end";
            return [];
        }
        _head.AddRange(bytes);
        var head = _head.ToArray().AsSpan();
        if (!TryReadHead(head, out var start)) return [];
        _head.Clear();
        return Problem is null ? Convert(head[start..]) : [];
    }

    /// <summary>True when the audio began; its header is read and <paramref name="start"/> is the first sample's place.</summary>
    private bool TryReadHead(ReadOnlySpan<byte> head, out int start)
    {
        start = 0;
        if (head.Length < 4) return false;
        if (head.StartsWith("RIFF"u8)) return TryReadWav(head, out start);
        if (head.StartsWith("ID3"u8) || head.StartsWith("OggS"u8) || head.StartsWith("fLaC"u8)) Problem = CompressedProblem;
        _resampler = new Resampler(rawRate, HouseRate);
        return true;
    }

    private bool TryReadWav(ReadOnlySpan<byte> head, out int start)
    {
        start = 0;
        if (head.Length < 12) return false;
        if (!head[8..].StartsWith("WAVE"u8))
        {
            Problem = "its audio is RIFF but not WAVE";
            return true;
        }
        var rate = 0;
        for (var at = 12L; at + 8 <= head.Length;)
        {
            var chunk = head[(int)at..];
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.StartsWith("data"u8))
            {
                if (rate == 0) Problem = "its WAV has no format";
                else _resampler = new Resampler(rate, HouseRate);
                // Servers that stream do not know the length and write 0 or the greatest number.
                _dataLeft = length is 0 or >= 0x7FFF_0000 ? long.MaxValue : length;
                start = (int)at + 8;
                return true;
            }
            if (chunk.StartsWith("fmt "u8))
            {
                if (chunk.Length < 24) return false;
                rate = ReadFormat(chunk[8..]);
                if (Problem is not null) return true;
            }
            at += 8 + length + (length & 1); // chunks are padded to even lengths
        }
        return false;
    }

    private int ReadFormat(ReadOnlySpan<byte> format)
    {
        var code = BinaryPrimitives.ReadUInt16LittleEndian(format);
        _channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        var rate = BinaryPrimitives.ReadInt32LittleEndian(format[4..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        if (code is not (1 or 0xFFFE) || bits != 16 || _channels is not (1 or 2) || !Rates.Contains(rate))
            Problem = $"its WAV is not 16-bit PCM of a usual rate (format {code}, {bits} bits, {_channels} channels, {rate} Hz)";
        return rate;
    }

    private short[] Convert(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _dataLeft) bytes = bytes[..(int)_dataLeft];
        _dataLeft -= _dataLeft == long.MaxValue ? 0 : bytes.Length;
        byte[] all = [.. _carry, .. bytes];
        var frame = 2 * _channels;
        var count = all.Length / frame;
        _carry = all[(count * frame)..];
        var samples = new short[count];
        for (var i = 0; i < count; i++)
        {
            var sum = 0;
            for (var channel = 0; channel < _channels; channel++) sum += BinaryPrimitives.ReadInt16LittleEndian(all.AsSpan(i * frame + channel * 2));
            samples[i] = (short)(sum / _channels);
        }
        if (_resampler!.FromHz == HouseRate) return samples;
        var output = new short[_resampler.OutputLength(count)];
        _resampler.Process(samples, output);
        return output;
    }

    public const string CompressedProblem = "it sends compressed audio although pcm was asked for";

    private const int HouseRate = 24_000;

    private const int LongestHead = 64 * 1024;

    private static readonly int[] Rates = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];
}
