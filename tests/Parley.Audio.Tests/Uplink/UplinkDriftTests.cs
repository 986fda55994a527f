namespace Parley.Audio.Tests;

/// <summary>
/// A sound card that is not as fast as our clock. The uplink has no playout clock, so nothing may add up: no wait, no gap, no silence.
/// </summary>
public sealed class UplinkDriftTests
{
    private const int PacketsOfAnHour = 180_000;

    [Theory]
    [InlineData(300, 0)]
    [InlineData(-300, 0)]
    [InlineData(300, 0.02)]
    [InlineData(-300, 0.02)]
    public void An_hour_of_drift_changes_nothing(double partsPerMillion, double loss)
    {
        var buffer = new UplinkBuffer();
        var random = new Simulation.SeededRandom(5);
        var payload = new byte[1500];
        var (position, revisions) = (0L, 0);
        for (var i = 0; i < PacketsOfAnHour; i++)
        {
            var now = Instant.FromMilliseconds(i * 20 * (1 + partsPerMillion * 1e-6) + 15 * random.NextDouble());
            if (random.NextDouble() >= loss) buffer.Insert(new SeqNo((ushort)i), (uint)i * UplinkCall.Step, UplinkCall.Packet(i), now);
            while (buffer.TryPoll(now, payload, out var packet))
            {
                Assert.Equal(position, packet.Position);
                if (packet.Kind == UplinkFrameKind.Revision) revisions++;
                else position += packet.Duration;
            }
            // A packet in order is never held back: what is still waiting waits for the last hole.
            Assert.InRange(i * UplinkCall.Step - position, -UplinkCall.Step, 6 * UplinkCall.Step);
        }
        Assert.Equal(0, revisions);
        Assert.Equal(0, buffer.Counters[UplinkCount.Silence] + buffer.Counters[UplinkCount.Leapt] + buffer.Counters[UplinkCount.Overlapped]
            + buffer.Counters[UplinkCount.Restarted] + buffer.Counters[UplinkCount.TooLate]);
        if (loss == 0) Assert.Equal(PacketsOfAnHour, buffer.Counters[UplinkCount.Decoded]);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(-300)]
    public void Drift_does_not_add_up_across_pauses_of_discontinuous_transmission(double partsPerMillion)
    {
        var buffer = new UplinkBuffer();
        var payload = new byte[1500];
        byte[] silence = [0x48]; // one byte: SILK, 20 ms, nothing inside
        var (sequence, timestamp, given) = (0, 0u, 0L);
        for (var round = 0; round < 1200; round++)
        {
            // Two seconds of speech, one packet that announces the pause, then a packet each 400 ms for a second: an hour in all.
            for (var i = 0; i < 100; i++) Step(UplinkCall.Packet(i), UplinkCall.Step);
            Step(silence, 20 * UplinkCall.Step);
            Step(silence, 20 * UplinkCall.Step);
            Step(silence, 10 * UplinkCall.Step);
        }
        Assert.InRange(given - timestamp, -48_000 / 5, 48_000 / 5);
        Assert.Equal(0, buffer.Counters[UplinkCount.Leapt] + buffer.Counters[UplinkCount.Restarted]);

        void Step(byte[] packet, int advance)
        {
            buffer.Insert(new SeqNo((ushort)sequence++), timestamp, packet, Arrival(timestamp));
            var end = Arrival(timestamp + (uint)advance);
            do Take(Instant.Earlier(buffer.NextDeadline.At, end));
            while (buffer.NextDeadline.At < end);
            timestamp += (uint)advance;
        }

        void Take(Instant now)
        {
            while (buffer.TryPoll(now, payload, out var packet)) given += packet.Duration;
        }

        Instant Arrival(uint at) => Instant.FromMilliseconds(at / 48.0 * (1 + partsPerMillion * 1e-6));
    }
}
