using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Parley.Cli.Call;

/// <summary>Mono 16-bit audio into a WAV file as it comes; its lengths are written at the end. One thread at a time.</summary>
internal sealed class WavRecording : IDisposable
{
    private const int HeaderLength = 44;

    private readonly FileStream _file;
    private readonly int _sampleRate;
    private long _length;

    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public WavRecording(string path, int sampleRate)
    {
        _sampleRate = sampleRate;
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 64 * 1024);
        WriteHeader();
    }

    public TimeSpan Duration => TimeSpan.FromSeconds(_length / 2.0 / _sampleRate);

    public void Write(ReadOnlySpan<short> samples)
    {
        var bytes = MemoryMarshal.AsBytes(samples);
        _file.Write(bytes);
        _length += bytes.Length;
    }

    public void Dispose()
    {
        _file.Position = 0;
        WriteHeader();
        _file.Dispose();
    }

    private void WriteHeader()
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        var length = (uint)Math.Min(_length, uint.MaxValue - HeaderLength);
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], length + HeaderLength - 8);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1); // PCM
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1); // mono
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], _sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], _sampleRate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], length);
        _file.Write(header);
    }
}
