using System.Text;
using Parley.Rtc.Rtp.Extensions;
using Parley.Rtc.Rtp.Redundancy;
using Parley.Rtc.Sdp;

namespace Parley.Rtc.Rtp;

/// <summary>
/// Makes the RTP packets of our audio, without protection: header, extensions, Opus or RED. (RFC 3550 §5.1, RFC 8285, RFC 2198)
/// Each packet is written first and counts when it was committed.
/// </summary>
internal sealed class AudioSender
{
    /// <summary>A stream silent for this long is no longer reported as a sender: about two report intervals. (RFC 3550 §6.3.8)</summary>
    private static readonly TimeSpan SenderTimeout = TimeSpan.FromSeconds(10);

    private readonly uint _ssrc;
    private HeaderExtensionMap _extensions;
    private byte[] _mid = [];
    private byte _payloadType;
    private byte _redPayloadType;
    private RedWriter? _red;
    private SeqNo _nextSequence;
    private ushort _nextTransportSequence;
    private uint _lastTimestamp;
    private Instant _lastSent;

    public AudioSender(uint ssrc, IRandomSource random)
    {
        _ssrc = ssrc;
        // The upper half of the range is left free so that early losses cannot be mistaken for a rollover. (RFC 3711 §3.3.1)
        _nextSequence = new SeqNo((ushort)(random.NextUInt32() & 0x7FFF));
    }

    public long Packets { get; private set; }

    /// <summary>Bytes of Opus, copies not counted.</summary>
    public long PayloadBytes { get; private set; }

    /// <summary>Packets carry transport-wide sequence numbers, so that the remote can tell which came.</summary>
    public bool HasTransportSequence => _extensions.TransportSequence is > 0 and <= HeaderExtensionMap.MaxOneByteId;

    /// <summary>The remote takes RED.</summary>
    public bool CanRepeat { get; private set; }

    /// <summary>Copies of earlier frames in each packet; stays 0 when the remote takes no RED.</summary>
    public int RedundancyLevels
    {
        get => _red?.Levels ?? 0;
        set
        {
            // Made when it is first wanted: most calls lose nothing, and what was sent before is not repeated then.
            if (CanRepeat && value > 0) _red ??= new RedWriter();
            _red?.Levels = Math.Clamp(value, 0, RedWriter.MaxLevels);
        }
    }

    /// <summary>
    /// The remote has said that our stream reaches it: it knows which section the SSRC belongs to, and mid is no longer sent.
    /// (RFC 8843 §9.2)
    /// </summary>
    public bool IsKnownToRemote { get; set; }

    /// <summary>Takes what was agreed, also when it is agreed anew in mid-call.</summary>
    public void Configure(RemoteAudio audio)
    {
        _payloadType = audio.PayloadType;
        _extensions = audio.Features.Extensions;
        _mid = Encoding.UTF8.GetBytes(audio.Mid ?? "");
        CanRepeat = audio.Features.RedPayloadType is not null;
        _redPayloadType = audio.Features.RedPayloadType ?? 0;
        if (!CanRepeat) _red = null;
    }

    /// <summary>Writes the next packet; returns its length. The slot must have room for the longest.</summary>
    public int Write(Span<byte> slot, ReadOnlySpan<byte> opus, uint timestamp, bool marker, AudioLevel? level, Instant now, out SentPacket sent)
    {
        sent = new SentPacket(_nextSequence, _nextTransportSequence);
        var extensions = new HeaderExtensions
        {
            AudioLevel = level,
            // Seconds in 6.18 fixed point, from 32.32.
            AbsoluteSendTime = (uint)(NtpClock.From(now) >> 14) & 0xFFFFFF,
            TransportSequence = _nextTransportSequence,
            Mid = IsKnownToRemote ? default : _mid,
        };
        var extensionLength = extensions.Write(slot[RtpHeader.FixedLength..], _extensions);
        var payload = slot[(RtpHeader.FixedLength + extensionLength)..^Srtp.SrtpSession.MaxRtpOverhead];
        var redLength = _red?.Write(payload, opus, timestamp, _payloadType) ?? 0;
        if (redLength == 0) opus.CopyTo(payload);
        var header = new RtpHeader
        {
            Marker = marker,
            PayloadType = redLength == 0 ? _payloadType : _redPayloadType,
            SequenceNumber = _nextSequence,
            Timestamp = timestamp,
            Ssrc = _ssrc,
        };
        header.Write(slot, hasExtension: extensionLength > 0);
        return RtpHeader.FixedLength + extensionLength + (redLength == 0 ? opus.Length : redLength);
    }

    /// <summary>The packet last written goes out.</summary>
    public void Commit(ReadOnlySpan<byte> opus, uint timestamp, Instant now)
    {
        _nextSequence = _nextSequence.Next;
        _nextTransportSequence++;
        _red?.Keep(opus, timestamp);
        Packets++;
        PayloadBytes += opus.Length;
        _lastTimestamp = timestamp;
        _lastSent = now;
    }

    /// <summary>What a sender report says; false when nothing was sent lately.</summary>
    public bool TryDescribe(Instant now, out SenderInfo info)
    {
        info = new SenderInfo
        {
            Ssrc = _ssrc,
            NtpTime = NtpClock.From(now),
            RtpTimestamp = _lastTimestamp + (uint)((now - _lastSent).Ticks * AudioRtp.ClockRate / TimeSpan.TicksPerSecond),
            PacketCount = (uint)Packets,
            OctetCount = (uint)PayloadBytes,
        };
        return Packets > 0 && now - _lastSent < SenderTimeout;
    }
}

/// <summary>The numbers of a packet that is on its way.</summary>
internal readonly record struct SentPacket(SeqNo Sequence, ushort TransportSequence);
