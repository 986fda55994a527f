using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Parley.Voices;

/// <summary>16-bit PCM, channel by channel, from and to a WAV file with the plain header of 44 bytes.</summary>
public sealed record WavFile(int SampleRate, short[][] Channels)
{
    internal const int HeaderSize = 44;

    public static WavFile Read(string path) => Parse(File.ReadAllBytes(path));

    /// <summary>The header's sizes are not looked at: in a stream they are unknown.</summary>
    public static WavFile Parse(ReadOnlySpan<byte> bytes)
    {
        var channels = BinaryPrimitives.ReadUInt16LittleEndian(bytes[22..]);
        var rate = BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]);
        var interleaved = MemoryMarshal.Cast<byte, short>(bytes[HeaderSize..]);
        var samples = new short[channels][];
        for (var channel = 0; channel < channels; channel++)
        {
            samples[channel] = new short[interleaved.Length / channels];
            for (var i = 0; i < samples[channel].Length; i++) samples[channel][i] = interleaved[(i * channels) + channel];
        }
        return new WavFile(rate, samples);
    }

    public static void WriteMono(string path, int sampleRate, ReadOnlySpan<short> samples)
    {
        var bytes = new byte[HeaderSize + (samples.Length * 2)];
        "RIFF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        "WAVEfmt "u8.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(28), sampleRate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(34), 16);
        "data"u8.CopyTo(bytes.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), samples.Length * 2);
        MemoryMarshal.AsBytes(samples).CopyTo(bytes.AsSpan(HeaderSize));
        File.WriteAllBytes(path, bytes);
    }
}
