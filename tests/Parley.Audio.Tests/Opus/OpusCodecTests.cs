using CsCheck;
using Parley.Simulation;

namespace Parley.Audio.Tests;

public sealed class OpusCodecTests
{
    private const int Frame = 480;
    private static readonly short[] Voice = Signals.VoiceLike(24000, 24000 * 3);

    [Fact]
    public void The_library_tells_its_version()
    {
        Assert.True(OpusLibrary.IsAvailable(out var version));
        Assert.StartsWith("libopus", version, StringComparison.Ordinal);
    }

    [Fact]
    public void A_voice_survives_the_round_trip()
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig());
        using var decoder = new OpusDecoder(24000);
        var output = Decode(decoder, Encode(encoder));
        Assert.True(SignalToError(Voice, output) > 8);
    }

    [Fact]
    public void In_band_fec_rebuilds_a_lost_frame_far_better_than_concealment()
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig { ExpectedLossPercent = 20 });
        var packets = Encode(encoder);
        using var clean = new OpusDecoder(24000);
        var reference = Decode(clean, packets);
        using var byFec = new OpusDecoder(24000);
        using var byConcealment = new OpusDecoder(24000);
        double fecError = 0, concealedError = 0;
        Span<short> pcm = new short[Frame];
        for (var i = 0; i < packets.Count; i++)
        {
            if (i % 7 == 6 && i + 1 < packets.Count && OpusPacket.TryParse(packets[i + 1], out var next) && next.HasInbandFec)
            {
                Assert.Equal(Frame, byFec.DecodeFec(packets[i + 1], pcm));
                fecError += Error(pcm, reference.AsSpan(i * Frame, Frame));
                Assert.Equal(Frame, byConcealment.Conceal(pcm));
                concealedError += Error(pcm, reference.AsSpan(i * Frame, Frame));
                continue;
            }
            byFec.Decode(packets[i], pcm);
            byConcealment.Decode(packets[i], pcm);
        }
        Assert.True(concealedError > 0);
        Assert.True(fecError < concealedError / 2, $"FEC {fecError:0}, concealment {concealedError:0}");
    }

    [Fact]
    public void Concealment_fades_to_silence()
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig());
        using var decoder = new OpusDecoder(24000);
        Decode(decoder, Encode(encoder));
        var pcm = new short[Frame];
        for (var i = 0; i < 50; i++) Assert.Equal(Frame, decoder.Conceal(pcm));
        Assert.True(Signals.Rms(pcm) < Signals.Rms(Voice) / 10, $"{Signals.Rms(pcm)} after {Signals.Rms(Voice)}");
    }

    [Fact]
    public void A_long_loss_before_a_packet_with_fec_is_concealed_up_to_the_frame_that_it_carries()
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig { ExpectedLossPercent = 20 });
        var packets = Encode(encoder);
        using var decoder = new OpusDecoder(24000);
        decoder.Decode(packets[0], new short[Frame]);
        Assert.Equal(3 * Frame, decoder.DecodeFec(packets[4], new short[3 * Frame]));
    }

    [Fact]
    public void Discontinuous_transmission_gives_tiny_packets_in_silence()
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig { UseDtx = true });
        var packet = new byte[OpusEncoder.MaxPacketLength];
        var length = 0;
        for (var i = 0; i < 50; i++) length = encoder.Encode(new short[Frame], packet);
        Assert.InRange(length, 1, 2);
        Assert.True(OpusPacket.TryParse(packet.AsSpan(0, length), out var parsed) && parsed.IsDtx);
    }

    [Fact]
    public void The_rate_follows_the_setting()
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig { BitsPerSecond = 16000 });
        var low = Encode(encoder).Sum(packet => packet.Length);
        encoder.SetBitsPerSecond(48000);
        Assert.True(Encode(encoder).Sum(packet => packet.Length) > 2 * low);
    }

    [Fact]
    public void Random_bytes_never_throw_and_leave_the_decoder_usable()
    {
        using var decoder = new OpusDecoder(24000);
        using var encoder = new OpusEncoder(new OpusEncoderConfig());
        var good = Encode(encoder);
        var pcm = new short[decoder.MaxSamples];
        Gen.Byte.Array[0, 300].Sample(bytes =>
        {
            Assert.InRange(decoder.Decode(bytes, pcm), 0, pcm.Length);
            Assert.InRange(decoder.DecodeFec(bytes, pcm.AsSpan(0, Frame)), 0, Frame);
        }, iter: 3000, threads: 1);
        decoder.Reset();
        Assert.Equal(Frame, decoder.Decode(good[0], pcm));
    }

    [Fact]
    public void Truncated_and_flipped_packets_never_throw()
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig());
        var good = Encode(encoder);
        using var decoder = new OpusDecoder(24000);
        var pcm = new short[decoder.MaxSamples];
        Gen.Select(Gen.Int[0, good.Count - 1], Gen.Int[0, 100], Gen.Int[0, 799]).Sample((which, length, bit) =>
        {
            var bytes = good[which].AsSpan(0, Math.Min(length, good[which].Length)).ToArray();
            if (bit / 8 < bytes.Length) bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.InRange(decoder.Decode(bytes, pcm), 0, pcm.Length);
        }, iter: 2000, threads: 1);
    }

    [Fact]
    public void A_frame_of_an_odd_length_is_the_callers_mistake()
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig());
        Assert.Throws<ArgumentException>(() => encoder.Encode(new short[481], new byte[400]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OpusDecoder(44100));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OpusEncoder(new OpusEncoderConfig { Complexity = 11 }));
    }

    [Fact]
    public void Encoding_and_decoding_allocate_nothing()
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig());
        using var decoder = new OpusDecoder(24000);
        var packet = new byte[OpusEncoder.MaxPacketLength];
        var pcm = new short[Frame];
        RoundTrip();
        Assert.Equal(0, AllocationMeter.Undisturbed(() =>
        {
            for (var i = 0; i < 100; i++) RoundTrip();
        }));

        void RoundTrip()
        {
            var length = encoder.Encode(Voice.AsSpan(0, Frame), packet);
            decoder.Decode(packet.AsSpan(0, length), pcm);
            decoder.DecodeFec(packet.AsSpan(0, length), pcm);
            decoder.Conceal(pcm);
            Assert.True(OpusPacket.TryParse(packet.AsSpan(0, length), out _));
        }
    }

    private static List<byte[]> Encode(OpusEncoder encoder)
    {
        var packets = new List<byte[]>();
        var packet = new byte[OpusEncoder.MaxPacketLength];
        for (var at = 0; at + Frame <= Voice.Length; at += Frame)
            packets.Add(packet.AsSpan(0, encoder.Encode(Voice.AsSpan(at, Frame), packet)).ToArray());
        return packets;
    }

    private static short[] Decode(OpusDecoder decoder, List<byte[]> packets)
    {
        var output = new short[packets.Count * Frame];
        for (var i = 0; i < packets.Count; i++)
            Assert.Equal(Frame, decoder.Decode(packets[i], output.AsSpan(i * Frame, Frame)));
        return output;
    }

    private static double Error(ReadOnlySpan<short> left, ReadOnlySpan<short> right)
    {
        double sum = 0;
        for (var i = 0; i < left.Length; i++) sum += Math.Pow(left[i] - right[i], 2);
        return sum;
    }

    /// <summary>In dB, at the best alignment within the codec's delay.</summary>
    private static double SignalToError(short[] input, short[] output)
    {
        var best = double.NegativeInfinity;
        for (var delay = 0; delay < 400; delay++)
        {
            var length = Math.Min(input.Length, output.Length) - delay;
            var error = Error(input.AsSpan(0, length), output.AsSpan(delay, length));
            best = Math.Max(best, 10 * Math.Log10(Math.Pow(Signals.Rms(input), 2) * length / error));
        }
        return best;
    }
}
