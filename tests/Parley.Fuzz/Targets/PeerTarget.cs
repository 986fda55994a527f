using System.Buffers.Binary;
using System.Text;
using Parley.Rtc;
using Parley.Rtc.Sctp.Wire;
using Parley.Rtc.Stun;

namespace Parley.Fuzz.Targets;

/// <summary>
/// A whole peer, in every phase and role: datagrams as they are, authentic STUN with any attributes, RTP, RTCP, SCTP and application data that
/// are protected after they were mutated, and time. A peer that is connected in the end still answers checks and hears audio.
/// </summary>
internal sealed class PeerTarget : FuzzTarget
{
    public const int MaxMessageSize = 16 * 1024;

    public static readonly TransportAddress PeerAddress = TransportAddress.FromIPv4(0xC0000201, 3478);
    public static readonly TransportAddress RemoteAddress = TransportAddress.FromIPv4(0xC0000202, 40_000);

    /// <summary>Of every kind.</summary>
    private static readonly TransportAddress[] Strangers =
    [
        TransportAddress.FromIPv4(0xC0000203, 666), RemoteAddress with { Protocol = TransportProtocol.Tcp }, new((UInt128)0x20010DB8 << 96 | 3, 666), RemoteAddress with { Port = 40_001 },
    ];

    private const int MaxSteps = 60;
    private const byte Opus = 111;
    private const uint ProbeSsrc = 0xF00DF00D;
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(40);

    private enum Step
    {
        Datagram,
        StrangersDatagram,
        Stun,
        StrangersStun,
        Rtp,
        Rtcp,
        Chunks,
        ApplicationData,
        NextRtp,
        Wait,
        Speak,
        OpenChannel,
        SendMessage,
        ReleaseDtls,
        RemoteClose,
        Close,
        StrangersMedia,
        StrangersRtp,
        Candidate,
        OfferAgain,
    }

    /// <summary>Bits of the first byte. Then the phase: of eight, the first three begin before the connection.</summary>
    private const int OffererBit = 1;
    private const int DtlsClientBit = 2;

    public override string Name => "peer";

    public override string Summary => "a whole peer in every phase: raw datagrams, and plaintexts protected after mutation";

    public override int Weight => 6;

    public override long MaxAllocation => 16 * 1024 * 1024;

    public override IReadOnlyList<byte[]> Dictionary { get; } =
    [
        .. SctpWords.All, [0x80, Opus], [0x90, Opus], [0x80, 0x80 | Opus], [0x81, 200, 0, 6], [0x81, 201, 0, 7], [0x81, 203, 0, 1], [0x8F, 205, 0, 5], [0x81, 205, 0, 3], [0xBE, 0xDE, 0, 1],
        [0x16, 0xFE, 0xFD], [0x15, 0xFE, 0xFD], [0x17, 0xFE, 0xFD], [0x14, 0xFE, 0xFD], [0x21, 0x12, 0xA4, 0x42], [0, 0x24, 0, 4], [0, 0x25, 0, 0], [0x80, 0x2A, 0, 8], [0x80, 0x29, 0, 8],
        .. SdpText.Dictionary.Where(word => word.AsSpan().StartsWith("a=candidate"u8)),
    ];

    public override IEnumerable<byte[]> Examples()
    {
        for (var phase = 0; phase < 20; phase += 4)
            for (var roles = 0; roles < 4; roles++)
            {
                yield return new ScriptWriter().Byte(phase | roles)
                    .Byte((int)Step.ReleaseDtls).Byte((int)Step.ReleaseDtls)
                    .Byte((int)Step.Rtp).Block(Rtp(5, 1)).Byte((int)Step.NextRtp).Block([1, 2, 3, 4])
                    .Byte((int)Step.Rtcp).Block([0x81, 201, 0, 7, 0, 0, 0, 5, .. new byte[24], 0x81, 203, 0, 1, 0, 0, 0, 5])
                    .Byte((int)Step.OpenChannel).Byte((int)Step.SendMessage).Byte(1).Byte(9).Byte((int)Step.Speak).Byte(40)
                    .Byte((int)Step.Chunks).Block(SctpHarness.Chunk(ChunkType.Heartbeat, 0, [0, 1, 0, 8, 1, 2, 3, 4]))
                    .Byte((int)Step.Stun).Byte(0).Block([]).Byte((int)Step.StrangersStun).Byte(0).Block([0, 6, 0, 21, .. "peerufrag:remoteufrag"u8, 0, 0x24, 0, 4, 1, 2, 3, 4]).Byte(1)
                    .Byte((int)Step.Candidate).Block("candidate:1 1 udp 2130706431 192.0.2.9 5000 typ host"u8).Byte((int)Step.OfferAgain).Block([])
                    .Byte((int)Step.StrangersMedia).Block(Rtp(7, 3)).Byte((int)Step.StrangersRtp).Block([1, 2]).Byte(0)
                    .Byte((int)Step.Wait).Byte(60).ToArray();
            }
        yield return new ScriptWriter().Byte(16).Byte((int)Step.Datagram).Block([22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 1, 1])
            .Byte((int)Step.StrangersDatagram).Block(Rtp(6, 1)).Byte(2).Byte((int)Step.ApplicationData).Block([1, 2, 3]).Byte((int)Step.RemoteClose).Byte((int)Step.Wait).Byte(90).ToArray();
        yield return new ScriptWriter().Byte(17).Byte((int)Step.OpenChannel).Byte((int)Step.SendMessage).Byte(1).Byte(250).Byte((int)Step.Close).Byte((int)Step.Wait).Byte(90).ToArray();
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        var script = new Script(input);
        var start = script.Byte();
        using var harness = new PeerHarness((start & OffererBit) != 0, (start & DtlsClientBit) != 0);
        Begin(harness, (start >> 2) % 8);
        var sequence = (ushort)0;
        var waited = TimeSpan.Zero;
        for (var steps = 0; steps < MaxSteps && !script.IsAtEnd; steps++)
        {
            var step = (Step)(script.Byte() % (int)(Step.OfferAgain + 1));
            if (step == Step.Wait)
            {
                var pause = TimeSpan.FromMilliseconds(50 * script.Byte());
                if ((waited += pause) < MaxPause) harness.RunFor(pause);
            }
            else
            {
                Do(step, ref script, harness, ref sequence);
            }
        }
        CheckIsUsable(harness, sequence);
    }

    private static void Begin(PeerHarness harness, int phase)
    {
        harness.Remote.IsDtlsFlowing = phase >= 3;
        switch (phase)
        {
            case 0:
                break;
            case 1:
                harness.Receive(harness.Remote.Check(), RemoteAddress);
                break;
            case 2:
                harness.Receive(harness.Remote.Check(), RemoteAddress);
                harness.Remote.StartDtls(harness.Now);
                break;
            default:
                harness.Connect();
                break;
        }
    }

    private static void Do(Step step, ref Script script, PeerHarness harness, ref ushort sequence)
    {
        switch (step)
        {
            case Step.Datagram:
                harness.Receive(script.Block().ToArray(), RemoteAddress);
                return;
            case Step.StrangersDatagram:
                harness.Receive(script.Block().ToArray(), Strangers[script.Byte() % Strangers.Length]);
                return;
            case Step.StrangersMedia:
                harness.Peer.TryHandleMedia(new Datagram(script.Block().ToArray(), Strangers[0]), harness.Now);
                break;
            case Step.StrangersRtp:
                harness.Receive(harness.Remote.ProtectRtp([.. Rtp(ProbeSsrc, sequence++), .. script.Block()]), Strangers[script.Byte() % Strangers.Length]);
                return;
            case Step.Candidate:
                harness.Peer.TryAddRemoteCandidate(Encoding.Latin1.GetString(script.Block()), harness.Now);
                break;
            case Step.OfferAgain:
                harness.OfferAgain(Encoding.Latin1.GetString(script.Block()));
                break;
            case Step.Stun or Step.StrangersStun:
                var type = script.Byte() switch { 0 => StunMessageType.BindingRequest, 1 => StunMessageType.BindingSuccess, 2 => StunMessageType.BindingError, var other => (StunMessageType)other };
                harness.Receive(harness.Remote.Sealed(type, script.Block()), step == Step.Stun ? RemoteAddress : Strangers[script.Byte() % Strangers.Length]);
                return;
            case Step.Rtp:
                harness.Receive(harness.Remote.ProtectRtp(script.Block()), RemoteAddress);
                return;
            case Step.Rtcp:
                harness.Receive(harness.Remote.ProtectRtcp(script.Block()), RemoteAddress);
                return;
            case Step.NextRtp:
                harness.Receive(harness.Remote.ProtectRtp([.. Rtp(ProbeSsrc, sequence++), .. script.Block()]), RemoteAddress);
                return;
            case Step.Chunks:
                harness.Remote.SendChunks(script.Block());
                break;
            case Step.ApplicationData:
                harness.Remote.SendApplicationData(script.Block());
                break;
            case Step.Speak:
                harness.Peer.TrySendAudio(new byte[script.Byte()], sequence * 960u, marker: false, harness.Now);
                break;
            case Step.OpenChannel:
                harness.Peer.TryOpenChannel("channel", harness.Now, out _);
                break;
            case Step.SendMessage:
                harness.Peer.SendMessage(script.Byte(), isBinary: true, new byte[32 * script.Byte()], harness.Now);
                break;
            case Step.ReleaseDtls:
                harness.Remote.ReleaseDtls();
                break;
            case Step.RemoteClose:
                harness.Remote.CloseDtls(harness.Now);
                break;
            case Step.Close:
                harness.Peer.Close(harness.Now);
                break;
        }
        harness.Settle();
    }

    private static void CheckIsUsable(PeerHarness harness, ushort sequence)
    {
        harness.Remote.IsDtlsFlowing = true;
        if (harness.Peer.State is PeerState.Closing) harness.RunFor(TimeSpan.FromSeconds(4));
        Invariant.Holds(harness.Peer.State is not PeerState.Closing);
        if (harness.Peer.State == PeerState.Closed)
        {
            Invariant.Holds(harness.Peer.NextDeadline.IsNone);
            return;
        }
        var answered = harness.Remote.ChecksAnswered;
        harness.Receive(harness.Remote.Check(), RemoteAddress);
        Invariant.Holds(harness.Remote.ChecksAnswered > answered);
        if (harness.Peer.State != PeerState.Connected || harness.Remote.ProtectRtp(Rtp(ProbeSsrc, sequence)) is not { } packet) return;
        var heard = harness.AudioPackets;
        harness.Receive(packet, RemoteAddress);
        Invariant.Holds(harness.AudioPackets > heard);
    }

    private static byte[] Rtp(uint ssrc, ushort sequence)
    {
        var packet = new byte[20];
        packet[0] = 0x80;
        packet[1] = Opus;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), sequence * 960u);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        return packet;
    }
}
