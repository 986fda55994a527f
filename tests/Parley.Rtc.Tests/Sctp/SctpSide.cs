using Parley.Rtc.Sctp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sctp;

/// <summary>One end of an <see cref="SctpPair"/>: an association, its channels, and what they received.</summary>
internal sealed class SctpSide
{
    private readonly VirtualClock _clock;
    private readonly byte[] _buffer;
    private Instant _armedFor = Instant.Never;

    public SctpSide(VirtualClock clock, SctpConfig config, IRandomSource random, bool isDtlsClient)
    {
        _clock = clock;
        _buffer = new byte[config.MaxPacketSize];
        Association = new SctpAssociation(config, random);
        Channels = new DataChannels(Association, isDtlsClient);
    }

    public SctpAssociation Association { get; }

    public DataChannels Channels { get; }

    public Action<byte[]> SendPacket { get; set; } = _ => { };

    /// <summary>Sees every packet that is sent; returns false to swallow it.</summary>
    public Func<byte[], bool> Filter { get; set; } = _ => true;

    public List<DataChannelEvent> Events { get; } = [];

    public List<(ushort Channel, bool IsBinary, byte[] Payload)> Messages { get; } = [];

    public bool IsConnected => Association.State == SctpState.Established;

    /// <summary>Called after a message was added to <see cref="Messages"/>.</summary>
    public Action Received { get; set; } = () => { };

    /// <summary>While false, nothing polls events: the application is stuck.</summary>
    public bool IsReading { get; set; } = true;

    public int LargestPacket { get; private set; }

    public void Start() => Do(now => Association.Start(now));

    public SendStatus Send(ushort channel, byte[] message, bool isBinary = true)
    {
        var status = SendStatus.NotOpen;
        Do(now => status = Channels.Send(channel, isBinary, message, now));
        return status;
    }

    public ushort Open(string label = "test") => Open(new DataChannelOptions { Label = label });

    public ushort Open(DataChannelOptions options)
    {
        ushort id = 0;
        Do(now => Assert.True(Channels.TryOpen(options, now, out id)));
        return id;
    }

    public void Receive(byte[] packet) => Do(now => Association.HandlePacket(packet, now));

    public void Do(Action<Instant> action)
    {
        action(_clock.Now);
        Settle();
    }

    public void Settle()
    {
        if (IsReading) PollEvents();
        while (Association.TryPollTransmit(_buffer, out var length))
        {
            LargestPacket = Math.Max(LargestPacket, length);
            var packet = _buffer.AsSpan(0, length).ToArray();
            if (Filter(packet)) SendPacket(packet);
        }
        Arm();
    }

    public int Count(DataChannelEventKind kind) => Events.Count(e => e.Kind == kind);

    private void PollEvents()
    {
        while (Channels.TryPollEvent(out var e))
        {
            Events.Add(e);
            if (e.Kind != DataChannelEventKind.MessageReceived) continue;
            var payload = new byte[e.Length];
            Assert.Equal(e.Length, Channels.ReadPayload(payload));
            Messages.Add((e.ChannelId, e.IsBinary, payload));
            Received();
        }
    }

    private void Arm()
    {
        var next = Association.NextDeadline.At;
        if (next.IsNever || next == _armedFor) return;
        _armedFor = next;
        _clock.At(next, () =>
        {
            if (_armedFor == next) _armedFor = Instant.Never;
            if (Association.NextDeadline.IsDue(_clock.Now)) Association.HandleTimeout(_clock.Now);
            Settle();
        });
    }
}
