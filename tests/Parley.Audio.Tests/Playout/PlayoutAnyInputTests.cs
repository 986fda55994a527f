using Parley.Simulation;

namespace Parley.Audio.Tests;

/// <summary>Whatever comes: nothing throws, nothing grows, 10 ms come out of every pull.</summary>
public sealed class PlayoutAnyInputTests
{
    private static readonly List<byte[]> Voice = PlayoutCall.Encode(Signals.VoiceLike(24000, 24000 * 5, depth: 0.8));

    [Theory]
    [InlineData(8000)]
    [InlineData(24000)]
    [InlineData(48000)]
    public void Random_and_mutated_packets_with_any_numbers_are_survived(int sampleRate)
    {
        var random = new SeededRandom(11);
        using var buffer = new PlayoutBuffer(sampleRate);
        var pcm = new short[buffer.PullLength];
        var (seq, timestamp, ssrc) = ((ushort)0, 0u, 0u);
        for (var i = 0; i < 20_000; i++)
        {
            var now = Instant.FromMilliseconds(i * 10);
            var packet = (byte[])Voice[random.NextInt(Voice.Count)].Clone();
            switch (random.NextInt(8))
            {
                case 0:
                    packet = new byte[random.NextInt(1600)];
                    random.Fill(packet);
                    break;
                case 1:
                    packet[random.NextInt(packet.Length)] ^= (byte)(1 << random.NextInt(8));
                    break;
                case 2:
                    packet = packet[..random.NextInt(packet.Length)];
                    break;
                case 3 when random.NextInt(10) == 0:
                    (seq, timestamp, ssrc) = ((ushort)random.NextInt(65536), random.NextUInt32(), (uint)random.NextInt(3));
                    break;
                case 4:
                    timestamp += (uint)random.NextInt(5000) - 2500;
                    break;
                case 5:
                    seq += (ushort)random.NextInt(5);
                    break;
            }
            for (var copies = random.NextInt(3); copies > 0; copies--)
            {
                buffer.Insert(new SeqNo(seq++), timestamp, packet, now, ssrc);
                timestamp += 960;
            }
            buffer.Pull(pcm, now);
        }
        Assert.Equal(20_000L * buffer.PullLength, buffer.Counters[PlayoutCount.PlayedSamples]);
        Assert.True(buffer.Counters[PlayoutCount.Malformed] > 100);
        Assert.True(buffer.Counters[PlayoutCount.Decoded] > 1000);
    }

    [Fact]
    public void A_steady_stream_allocates_nothing_with_jitter_loss_and_stretching()
    {
        using var buffer = new PlayoutBuffer();
        var pcm = new short[buffer.PullLength];
        var random = new SeededRandom(2);
        var step = 0;
        var nextPull = new Instant(0);
        void Play(int steps)
        {
            for (var end = step + steps; step < end; step++)
            {
                // The sender is 1 % fast: packets are cut all the time.
                var now = Instant.FromMilliseconds(step * 19.8);
                for (; nextPull < now; nextPull += TimeSpan.FromMilliseconds(10)) buffer.Pull(pcm, nextPull);
                if (random.NextInt(20) != 0) buffer.Insert(new SeqNo((ushort)step), (uint)(step * 960), Voice[step % Voice.Count], now);
            }
        }
        Play(2000);
        Assert.Equal(0, AllocationMeter.Undisturbed(() => Play(500)));
        Assert.True(buffer.Counters[PlayoutCount.ConcealedSamples] > 0);
        Assert.True(buffer.Counters[PlayoutCount.AcceleratedSamples] > 0);
    }

    [Fact]
    public void Mistakes_of_the_caller_are_told()
    {
        using var buffer = new PlayoutBuffer();
        Assert.Throws<ArgumentException>(() => buffer.Pull(new short[100], new Instant(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlayoutBuffer(44100));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlayoutBuffer(24000, new PlayoutConfig { MinDelay = TimeSpan.FromSeconds(3) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlayoutBuffer(24000, new PlayoutConfig { MaxDelay = TimeSpan.FromSeconds(5) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PlayoutBuffer(24000, new PlayoutConfig { InitialDelay = TimeSpan.Zero }));
    }
}
