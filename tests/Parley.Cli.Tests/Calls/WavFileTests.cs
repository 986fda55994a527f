using System.Buffers.Binary;
using Parley.Cli.Call;
using Parley.Simulation;

namespace Parley.Cli.Tests;

public sealed class WavFileTests
{
    private const int Pcm = 1;
    private const int Float = 3;

    public static TheoryData<int, int, int, int> Kinds => new()
    {
        // format, bits, channels, rate
        { Pcm, 8, 1, 8000 },
        { Pcm, 16, 1, 24000 },
        { Pcm, 16, 2, 44100 },
        { Pcm, 24, 2, 48000 },
        { Pcm, 32, 6, 96000 },
        { Float, 32, 1, 16000 },
        { Float, 64, 2, 37123 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_tone_of_any_kind_is_read_as_the_same_tone(int format, int bits, int channels, int rate)
    {
        var samples = WavFile.Read(Wav(format, bits, channels, rate, Tone(rate, rate)), 24_000);
        Assert.InRange(samples.Length, 23_900, 24_100);
        // 500 Hz at half of full scale, after the filter has settled.
        Assert.InRange(UpwardCrossings(samples), 498, 502);
        Assert.InRange(samples.AsSpan(1000, 20_000).ToArray().Max(), 15_800, 16_900);
    }

    [Theory]
    [InlineData(6, 0xD5, 8)]
    [InlineData(6, 0x80, 5504)]
    [InlineData(6, 0x2A, -32256)]
    [InlineData(7, 0xFF, 0)]
    [InlineData(7, 0x80, 32124)]
    [InlineData(7, 0x00, -32124)]
    public void Telephone_codes_are_expanded(int format, byte code, int expected)
    {
        var file = File(Chunk("fmt ", Format(format, 8, 1, 24_000)), Chunk("data", [code, code]));
        Assert.Equal(expected, WavFile.Read(file, 24_000)[0]);
    }

    [Fact]
    public void Other_chunks_of_odd_length_and_a_length_that_was_never_written_do_no_harm()
    {
        var data = new byte[480];
        data.AsSpan().Fill(1);
        var file = File(Chunk("LIST", [1, 2, 3]), Chunk("fmt ", Format(Pcm, 16, 1, 24_000)), Chunk("data", data));
        Assert.Equal(240, WavFile.Read(file, 24_000).Length);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(file.Length - data.Length - 4), uint.MaxValue);
        Assert.Equal(240, WavFile.Read(file, 24_000).Length);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(file.Length - data.Length - 4), 0);
        Assert.Equal(240, WavFile.Read(file, 24_000).Length);
    }

    [Fact]
    public void What_is_no_audio_file_is_told_in_a_few_words()
    {
        Assert.Equal("it is not a WAV file", Complaint("This is a text of some length."u8.ToArray()));
        Assert.Equal("it is not a WAV file", Complaint([]));
        Assert.Equal("it has no audio data", Complaint(File(Chunk("fmt ", Format(Pcm, 16, 1, 24_000)))));
        Assert.Equal("it has no audio data", Complaint(File(Chunk("fmt ", Format(Pcm, 16, 1, 24_000)), Chunk("data", []))));
        Assert.Equal("its data come before their format", Complaint(File(Chunk("data", [1, 2]))));
        Assert.Equal("its samples are of a kind that is not read (format 85, 16 bits)", Complaint(File(Chunk("fmt ", Format(85, 16, 1, 24_000)), Chunk("data", [1, 2]))));
        Assert.Equal("it has 0 channels", Complaint(File(Chunk("fmt ", Format(Pcm, 16, 0, 24_000)), Chunk("data", [1, 2]))));
        Assert.Equal("its sample rate is 7 Hz", Complaint(File(Chunk("fmt ", Format(Pcm, 16, 1, 7)), Chunk("data", [1, 2]))));
    }

    [Fact]
    public void Random_and_mutated_files_are_read_or_refused()
    {
        var random = new SeededRandom(5);
        var good = Wav(Pcm, 16, 2, 44_100, Tone(44_100, 500));
        for (var i = 0; i < 3000; i++)
        {
            var file = (byte[])good.Clone();
            if (i % 3 == 0) random.Fill(file.AsSpan(random.NextInt(12)));
            else for (var j = 0; j < 3; j++) file[random.NextInt(Math.Min(file.Length, 60))] ^= (byte)random.NextInt(256);
            try
            {
                WavFile.Read(file.AsSpan(0, random.NextInt(file.Length)), 24_000);
            }
            catch (InvalidDataException)
            {
                // Refused: that is allowed, and nothing else is.
            }
        }
    }

    [Fact]
    public void What_is_recorded_is_read_as_it_was()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var samples = Enumerable.Range(0, 1000).Select(i => (short)(i * 31)).ToArray();
            using (var recording = new WavRecording(path, 24_000))
            {
                recording.Write(samples.AsSpan(0, 300));
                recording.Write(samples.AsSpan(300));
                Assert.Equal(1000 / 24_000.0, recording.Duration.TotalSeconds, 6);
            }
            Assert.Equal(samples, WavFile.Read(System.IO.File.ReadAllBytes(path), 24_000));
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    private static string Complaint(byte[] file) => Assert.Throws<InvalidDataException>(() => WavFile.Read(file, 24_000)).Message;

    private static double[] Tone(int rate, int length) =>
        [.. Enumerable.Range(0, length).Select(i => 0.5 * Math.Sin(2 * Math.PI * 500 * i / rate))];

    private static int UpwardCrossings(short[] samples) =>
        Enumerable.Range(1, samples.Length - 1).Count(i => samples[i - 1] < 0 && samples[i] >= 0);

    private static byte[] Wav(int format, int bits, int channels, int rate, double[] mono)
    {
        var bytes = bits / 8;
        var data = new byte[mono.Length * channels * bytes];
        for (var i = 0; i < mono.Length * channels; i++)
        {
            var sample = mono[i / channels];
            var place = data.AsSpan(i * bytes, bytes);
            switch (format, bits)
            {
                case (Pcm, 8): place[0] = (byte)(128 + Math.Round(sample * 127)); break;
                case (Pcm, 16): BinaryPrimitives.WriteInt16LittleEndian(place, (short)Math.Round(sample * 32767)); break;
                case (Pcm, 24):
                    var value = (int)Math.Round(sample * 8388607);
                    (place[0], place[1], place[2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
                    break;
                case (Pcm, 32): BinaryPrimitives.WriteInt32LittleEndian(place, (int)Math.Round(sample * int.MaxValue)); break;
                case (Float, 32): BinaryPrimitives.WriteSingleLittleEndian(place, (float)sample); break;
                default: BinaryPrimitives.WriteDoubleLittleEndian(place, sample); break;
            }
        }
        return File(Chunk("fmt ", Format(format, bits, channels, rate)), Chunk("data", data));
    }

    private static byte[] Format(int format, int bits, int channels, int rate)
    {
        var chunk = new byte[16];
        BinaryPrimitives.WriteUInt16LittleEndian(chunk, (ushort)format);
        BinaryPrimitives.WriteUInt16LittleEndian(chunk.AsSpan(2), (ushort)channels);
        BinaryPrimitives.WriteUInt32LittleEndian(chunk.AsSpan(4), (uint)rate);
        BinaryPrimitives.WriteUInt16LittleEndian(chunk.AsSpan(14), (ushort)bits);
        return chunk;
    }

    private static byte[] Chunk(string id, byte[] body)
    {
        var chunk = new byte[8 + body.Length + (body.Length & 1)];
        System.Text.Encoding.ASCII.GetBytes(id, chunk);
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), body.Length);
        body.CopyTo(chunk, 8);
        return chunk;
    }

    private static byte[] File(params byte[][] chunks) =>
        [.. "RIFF"u8, 0, 0, 0, 0, .. "WAVE"u8, .. chunks.SelectMany(chunk => chunk)];
}
