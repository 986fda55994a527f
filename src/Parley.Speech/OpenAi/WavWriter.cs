using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Parley.Speech.OpenAi;

/// <summary>Mono 16-bit audio as a WAV file in memory (RIFF, "Multimedia Programming Interface and Data Specifications 1.0").</summary>
internal sealed class WavWriter(int sampleRate)
{
    private const int HeaderLength = 44;

    private readonly ArrayBufferWriter<byte> _data = new();

    public TimeSpan Duration => TimeSpan.FromSeconds(_data.WrittenCount / 2.0 / sampleRate);

    public void Write(ReadOnlySpan<short> samples)
    {
        // WAV is little-endian, as every processor that .NET runs on in practice.
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Big-endian processors are not supported.");
        _data.Write(MemoryMarshal.AsBytes(samples));
    }

    public byte[] ToArray()
    {
        var file = new byte[HeaderLength + _data.WrittenCount];
        var header = file.AsSpan(0, HeaderLength);
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], file.Length - 8);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1); // PCM
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1); // mono
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], sampleRate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], _data.WrittenCount);
        _data.WrittenSpan.CopyTo(file.AsSpan(HeaderLength));
        return file;
    }
}
