using System.Buffers.Binary;

namespace Parley.Cli.Call;

/// <summary>The "fmt " chunk of a WAV file: how its samples are written.</summary>
internal sealed record WavFormat
{
    private const int Pcm = 1;
    private const int Float = 3;
    private const int ALaw = 6;
    private const int MuLaw = 7;
    private const int Extensible = 0xFFFE;

    private int Code { get; init; }

    private int Bytes { get; init; }

    public int Channels { get; private init; }

    /// <summary>Hz.</summary>
    public int Rate { get; private init; }

    /// <summary>Bytes of one sample of all channels.</summary>
    public int FrameLength => Channels * Bytes;

    public static WavFormat Parse(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < 16) throw new InvalidDataException("its format is cut short");
        int code = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        // The real code is the start of the sub-format.
        if (code == Extensible && chunk.Length >= 26) code = BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);
        var format = new WavFormat
        {
            Code = code,
            Bytes = (bits + 7) / 8,
            Channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]),
            Rate = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]), int.MaxValue),
        };
        var isKnown = code switch
        {
            Pcm => format.Bytes is >= 1 and <= 4,
            Float => format.Bytes is 4 or 8,
            ALaw or MuLaw => format.Bytes == 1,
            _ => false,
        };
        if (!isKnown) throw new InvalidDataException(FormattableString.Invariant($"its samples are of a kind that is not read (format {code}, {bits} bits)"));
        if (format.Channels is < 1 or > 64) throw new InvalidDataException(FormattableString.Invariant($"it has {format.Channels} channels"));
        if (format.Rate is < 1000 or > 384_000) throw new InvalidDataException(FormattableString.Invariant($"its sample rate is {format.Rate} Hz"));
        return format;
    }

    /// <summary>In the range of 16 bits.</summary>
    public double SampleAt(ReadOnlySpan<byte> frame, int channel)
    {
        var sample = frame.Slice(channel * Bytes, Bytes);
        return (Code, Bytes) switch
        {
            (ALaw, _) => FromALaw(sample[0]),
            (MuLaw, _) => FromMuLaw(sample[0]),
            (Float, 4) => Scale(BinaryPrimitives.ReadSingleLittleEndian(sample)),
            (Float, _) => Scale(BinaryPrimitives.ReadDoubleLittleEndian(sample)),
            // Bytes alone are unsigned.
            (_, 1) => (sample[0] - 128) * 256,
            (_, 2) => BinaryPrimitives.ReadInt16LittleEndian(sample),
            (_, 3) => (BinaryPrimitives.ReadInt16LittleEndian(sample[1..]) * 256 + sample[0]) / 256.0,
            _ => BinaryPrimitives.ReadInt32LittleEndian(sample) / 65536.0,
        };
    }

    private static double Scale(double sample) => double.IsFinite(sample) ? Math.Clamp(sample, -1, 1) * 32767 : 0;

    /// <summary>ITU-T G.711, A-law.</summary>
    private static int FromALaw(byte code)
    {
        code ^= 0x55;
        var exponent = (code >> 4) & 7;
        var mantissa = (code & 0x0F) << 4;
        var magnitude = exponent == 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1);
        return (code & 0x80) != 0 ? magnitude : -magnitude;
    }

    /// <summary>ITU-T G.711, μ-law.</summary>
    private static int FromMuLaw(byte code)
    {
        code = (byte)~code;
        var magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
        return (code & 0x80) != 0 ? -magnitude : magnitude;
    }
}
