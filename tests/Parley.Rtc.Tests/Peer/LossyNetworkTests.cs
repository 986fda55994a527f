using System.Buffers.Binary;
using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

public sealed class LossyNetworkTests
{
    private const int FrameCount = 500;
    private const int MessageCount = 40;
    private const int LargeMessage = 256 * 1024;
    private static readonly TimeSpan FrameSpacing = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData(0.0, SetupPreference.Active)]
    [InlineData(0.0, SetupPreference.Passive)]
    [InlineData(0.1, SetupPreference.Active)]
    [InlineData(0.1, SetupPreference.Passive)]
    [InlineData(0.3, SetupPreference.Active)]
    [InlineData(0.3, SetupPreference.Passive)]
    public void Audio_and_messages_pass_a_network_that_loses_delays_reorders_and_repeats(double loss, SetupPreference setup)
    {
        var conditions = new LinkConditions
        {
            Loss = loss, Delay = TimeSpan.FromMilliseconds(80), Jitter = TimeSpan.FromMilliseconds(30), Reordering = 0.2, Duplication = 0.05,
        };
        for (ulong seed = 1; seed <= 3; seed++)
        {
            using var pair = new PeerPair(seed, conditions, callee: config => config with { SetupPreference = setup });
            pair.Connect();
            var channel = pair.OpenChannel();
            SpeakBothWays(pair);
            SendMessages(pair, pair.Caller, channel);
            SendMessages(pair, pair.Callee, channel);
            pair.Clock.RunUntil(
                () => Messages(pair.Caller).Count == MessageCount + 1 && Messages(pair.Callee).Count == MessageCount + 1,
                TimeSpan.FromMinutes(3), $"delivery of all messages (seed {seed}, loss {loss})");
            pair.Clock.RunFor(FrameSpacing * FrameCount);
            AssertInOrder(pair.Caller);
            AssertInOrder(pair.Callee);
            AssertHeard(pair.Caller, loss);
            AssertHeard(pair.Callee, loss);
            Assert.Equal((PeerState.Connected, PeerState.Connected), (pair.Caller.Peer.State, pair.Callee.Peer.State));
        }
    }

    private static void SpeakBothWays(PeerPair pair)
    {
        for (var i = 0; i < FrameCount; i++)
        {
            var frame = i;
            pair.Clock.After(FrameSpacing * i, () =>
            {
                Speak(pair.Caller);
                Speak(pair.Callee);
            });

            void Speak(SimulatedPeer speaker)
            {
                var opus = new byte[80];
                BinaryPrimitives.WriteInt32BigEndian(opus, frame);
                Assert.True(speaker.Peer.TrySendAudio(opus, (uint)(frame * 960), frame == 0, pair.Clock.Now));
                speaker.Pump();
            }
        }
    }

    private static void SendMessages(PeerPair pair, SimulatedPeer sender, ushort channel)
    {
        for (var i = 0; i < MessageCount; i++)
        {
            var number = i;
            pair.Clock.After(TimeSpan.FromMilliseconds(100 * i), () => Send(Bytes(number, 500), isBinary: false));
        }
        pair.Clock.After(TimeSpan.FromMilliseconds(100 * MessageCount), () => Send(Bytes(MessageCount, LargeMessage), isBinary: true));

        void Send(byte[] message, bool isBinary)
        {
            Assert.Equal(SendStatus.Queued, sender.Peer.SendMessage(channel, isBinary, message, pair.Clock.Now));
            sender.Pump();
        }
    }

    private static byte[] Bytes(int number, int length)
    {
        var bytes = new byte[length];
        new SeededRandom((ulong)number).Fill(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private static List<SimulatedEvent> Messages(SimulatedPeer peer) => [.. peer.Of(PeerEventKind.MessageReceived)];

    private static void AssertInOrder(SimulatedPeer receiver)
    {
        var messages = Messages(receiver);
        for (var i = 0; i <= MessageCount; i++)
        {
            Assert.Equal(Bytes(i, i < MessageCount ? 500 : LargeMessage), messages[i].Payload);
            Assert.Equal(i == MessageCount, messages[i].Event.IsBinary);
        }
    }

    private static void AssertHeard(SimulatedPeer listener, double loss)
    {
        var frames = listener.Of(PeerEventKind.AudioReceived).Select(e => BinaryPrimitives.ReadInt32BigEndian(e.Payload)).ToList();
        Assert.Equal(frames.Count, frames.Distinct().Count());
        Assert.InRange(frames.Count, (1 - loss - 0.08) * FrameCount, Math.Min(1, 1 - loss + 0.08) * FrameCount);
    }
}
