using System.Buffers.Binary;
using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Audio.Tests;

/// <summary>A caller who sends 20 ms packets over a simulated link into an uplink, on virtual time, and what comes out.</summary>
internal sealed class UplinkCall : IDisposable
{
    public const int Step = 960;
    private static readonly TransportAddress Source = TransportAddress.FromIPv4(0x7F000001, 5000);
    private static readonly Lazy<List<byte[]>> Voice = new(() => EncodeVoice(expectedLoss: 20));
    private static readonly Lazy<List<byte[]>> VoiceWithoutFec = new(() => EncodeVoice(expectedLoss: 0));

    private readonly AudioUplink _uplink = new();
    private readonly SimulatedLink _link;
    private readonly short[] _pcm;
    private Instant _wakeUp = Instant.Never;

    public UplinkCall(LinkConditions conditions, ulong seed)
    {
        _link = new SimulatedLink(Clock, new SeededRandom(seed), (bytes, _) => Receive(bytes)) { Conditions = conditions };
        _pcm = new short[_uplink.MaxSamples];
    }

    public VirtualClock Clock { get; } = new();

    public List<(UplinkFrame Frame, Instant At, short[] Pcm)> Frames { get; } = [];

    /// <summary>When each RTP timestamp's packet first came.</summary>
    public Dictionary<uint, Instant> Arrivals { get; } = [];

    public AudioUplink Uplink => _uplink;

    public IEnumerable<UplinkFrame> InOrder => Frames.Select(f => f.Frame).Where(f => f.Kind != UplinkFrameKind.Revision);

    public static byte[] Packet(int index, bool withFec = true)
    {
        var packets = (withFec ? Voice : VoiceWithoutFec).Value;
        return packets[index % packets.Count];
    }

    /// <summary>Sends packets one each 20 ms and runs until all is through.</summary>
    public void Send(int packets, ushort firstSeq = 65500, uint firstTimestamp = 4294900000, bool withFec = true)
    {
        for (var i = 0; i < packets; i++)
        {
            var datagram = new byte[6 + Packet(i, withFec).Length];
            BinaryPrimitives.WriteUInt16BigEndian(datagram, (ushort)(firstSeq + i));
            BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(2), (uint)(firstTimestamp + i * Step));
            Packet(i, withFec).CopyTo(datagram.AsSpan(6));
            Clock.At(Instant.FromMilliseconds(i * 20), () => _link.Send(datagram, Source));
        }
        Clock.RunUntil(Instant.Never);
    }

    /// <summary>Hands the uplink one packet at a time, with no network between.</summary>
    public void Insert(double atMilliseconds, ushort seq, uint timestamp, byte[] payload, uint ssrc = 0)
    {
        Clock.At(Instant.FromMilliseconds(atMilliseconds), () =>
        {
            Arrivals.TryAdd(timestamp, Clock.Now);
            _uplink.Insert(new SeqNo(seq), timestamp, payload, Clock.Now, ssrc);
            Drain();
        });
        Clock.RunUntil(Instant.FromMilliseconds(atMilliseconds));
    }

    /// <summary>Hands the uplink the packet number <paramref name="index"/> of the voice.</summary>
    public void Insert(double atMilliseconds, int index, bool withFec = true) =>
        Insert(atMilliseconds, (ushort)index, (uint)(index * Step), Packet(index, withFec));

    public string Kinds => string.Concat(Frames.Select(f => f.Frame.Kind.ToString()[0]));

    public void Dispose() => _uplink.Dispose();

    private void Receive(byte[] datagram)
    {
        var timestamp = BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(2));
        Arrivals.TryAdd(timestamp, Clock.Now);
        _uplink.Insert(new SeqNo(BinaryPrimitives.ReadUInt16BigEndian(datagram)), timestamp, datagram.AsSpan(6), Clock.Now);
        Drain();
    }

    private void Drain()
    {
        while (_uplink.TryPoll(Clock.Now, _pcm, out var frame))
            Frames.Add((frame, Clock.Now, _pcm[..frame.SampleCount]));
        var next = _uplink.NextDeadline.At;
        if (next.IsNever || next == _wakeUp) return;
        _wakeUp = next;
        Clock.At(next, Drain);
    }

    private static List<byte[]> EncodeVoice(int expectedLoss)
    {
        using var encoder = new OpusEncoder(new OpusEncoderConfig { ExpectedLossPercent = expectedLoss });
        var voice = Signals.VoiceLike(24000, 24000 * 5, depth: 0.8);
        var bytes = new byte[OpusEncoder.MaxPacketLength];
        var packets = new List<byte[]>();
        for (var at = 0; at + 480 <= voice.Length; at += 480)
            packets.Add(bytes[..encoder.Encode(voice.AsSpan(at, 480), bytes)]);
        return packets;
    }
}
