using System.Buffers.Binary;
using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Audio.Tests;

/// <summary>A sender of 20 ms packets over a simulated link, and a playout buffer that is pulled every 10 ms, on virtual time.</summary>
internal sealed class PlayoutCall : IDisposable
{
    public const int SampleRate = 24_000;
    private const int Step = 960;
    private static readonly TransportAddress Source = TransportAddress.FromIPv4(0x7F000001, 5000);

    private readonly double _senderSpeed;
    private readonly short[] _pcm;
    private ushort _seq = 65_000;
    private Instant _nextPull = new(0);

    /// <param name="conditions">Of the link.</param>
    /// <param name="seed">Of the link.</param>
    /// <param name="ppm">How much faster the sender's clock runs than the device's.</param>
    /// <param name="config">Of the buffer.</param>
    public PlayoutCall(LinkConditions conditions, ulong seed = 1, double ppm = 0, PlayoutConfig? config = null)
    {
        _senderSpeed = 1 + ppm * 1e-6;
        Buffer = new PlayoutBuffer(SampleRate, config);
        _pcm = new short[Buffer.PullLength];
        Link = new SimulatedLink(Clock, new SeededRandom(seed), (bytes, _) => Receive(bytes)) { Conditions = conditions };
    }

    public VirtualClock Clock { get; } = new();

    public SimulatedLink Link { get; }

    public PlayoutBuffer Buffer { get; }

    /// <summary>Everything played; empty when <see cref="IsRecording"/> is off.</summary>
    public List<short> Played { get; } = [];

    public bool IsRecording { get; init; } = true;

    /// <summary>One for each pull.</summary>
    public List<PlayoutKind> Kinds { get; } = [];

    /// <summary>Of each pull, ms.</summary>
    public List<double> Delays { get; } = [];

    public uint Ssrc { get; set; } = 1;

    public uint Timestamp { get; set; } = 4_294_000_000;

    public ushort Seq { get => _seq; set => _seq = value; }

    public double Seconds => Clock.Now.TotalMilliseconds / 1000;

    public long Count(PlayoutCount count) => Buffer.Counters[count];

    public static List<byte[]> Encode(ReadOnlySpan<short> pcm, OpusEncoderConfig? config = null)
    {
        using var encoder = new OpusEncoder(config ?? new OpusEncoderConfig { BitsPerSecond = 64_000, ExpectedLossPercent = 0 });
        var bytes = new byte[OpusEncoder.MaxPacketLength];
        var packets = new List<byte[]>();
        for (var at = 0; at + 480 <= pcm.Length; at += 480) packets.Add(bytes[..encoder.Encode(pcm.Slice(at, 480), bytes)]);
        return packets;
    }

    /// <summary>Sends packets one each 20 ms of the sender's clock from now on, again and again, while the device plays.</summary>
    public void Send(List<byte[]> packets, TimeSpan length)
    {
        var start = Clock.Now;
        var count = (int)(length.TotalMilliseconds * _senderSpeed / 20);
        for (var i = 0; i < count; i++)
        {
            RunUntil(start + TimeSpan.FromMilliseconds(i * 20 / _senderSpeed));
            SendOne(packets[i % packets.Count]);
        }
        RunUntil(start + length);
    }

    public void SendOne(byte[] packet)
    {
        Span<byte> datagram = stackalloc byte[10 + packet.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, _seq++);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[2..], Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(datagram[6..], Ssrc);
        packet.CopyTo(datagram[10..]);
        Timestamp += Step;
        Link.Send(datagram, Source);
    }

    /// <summary>The sender sends nothing, and its timestamps go on with time.</summary>
    public void Pause(TimeSpan length)
    {
        Timestamp += (uint)(length.TotalMilliseconds * 48);
        RunUntil(Clock.Now + length);
    }

    public void RunUntil(Instant end)
    {
        while (_nextPull <= end)
        {
            Clock.RunUntil(_nextPull);
            Kinds.Add(Buffer.Pull(_pcm, Clock.Now));
            Delays.Add(Buffer.CurrentDelay.TotalMilliseconds);
            if (IsRecording) Played.AddRange(_pcm);
            _nextPull += TimeSpan.FromMilliseconds(10);
        }
        Clock.RunUntil(end);
    }

    public short[] PlayedFrom(double fromSecond, double toSecond) =>
        [.. Played.GetRange((int)(fromSecond * SampleRate), (int)((toSecond - fromSecond) * SampleRate))];

    public double MeanDelay(double fromSecond, double toSecond) =>
        Delays.GetRange((int)(fromSecond * 100), (int)((toSecond - fromSecond) * 100)).Average();

    public double MaxDelay(double fromSecond, double toSecond) =>
        Delays.GetRange((int)(fromSecond * 100), (int)((toSecond - fromSecond) * 100)).Max();

    public void Dispose() => Buffer.Dispose();

    private void Receive(byte[] datagram) => Buffer.Insert(
        new SeqNo(BinaryPrimitives.ReadUInt16BigEndian(datagram)), BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(2)),
        datagram.AsSpan(10), Clock.Now, BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(6)));
}
