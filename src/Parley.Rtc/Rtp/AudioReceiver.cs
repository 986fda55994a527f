using System.Text;
using Parley.Rtc.Rtp.Extensions;
using Parley.Rtc.Rtp.Feedback;
using Parley.Rtc.Rtp.Redundancy;
using Parley.Rtc.Sdp;
using Parley.Rtc.Srtp;

namespace Parley.Rtc.Rtp;

/// <summary>
/// Takes the remote's RTP packets apart, after SRTP: Opus and RED become events, holes become requests, arrivals become feedback.
/// Allocates nothing per packet, except when the remote begins a stream with a new SSRC.
/// </summary>
internal sealed class AudioReceiver(CounterTable<MediaCounter> counters)
{
    private HeaderExtensionMap _extensions;
    private byte[] _mid = [];
    private byte _payloadType;
    private byte? _redPayloadType;
    private UInt128 _silentPayloadTypes;
    private SeqNoUnwrapper _unwrapper;
    private ReplayWindow _seen;
    private long _highest;
    private uint _highestTimestamp;
    private uint? _formerSsrc;
    private bool _formerReturns;

    public long Packets { get; private set; }

    public long PayloadBytes { get; private set; }

    /// <summary>The stream that is heard; null before its first packet, and after its BYE.</summary>
    public ReceiverStatistics? Stream { get; private set; }

    /// <summary>Null unless the remote wants to know.</summary>
    public TransportArrivals? Arrivals { get; private set; }

    /// <summary>Null unless the remote can send packets again.</summary>
    public MissingPackets? Missing { get; private set; }

    /// <summary>Takes what was agreed, also when it is agreed anew in mid-call.</summary>
    public void Configure(RemoteAudio audio, TimeSpan maxRepairDelay)
    {
        var features = audio.Features;
        _payloadType = audio.PayloadType;
        _redPayloadType = features.RedPayloadType;
        _silentPayloadTypes = features.SilentPayloadTypes;
        _extensions = features.Extensions;
        _mid = Encoding.UTF8.GetBytes(audio.Mid ?? "");
        Arrivals = features is { HasTransportFeedback: true, Extensions.TransportSequence: > 0 } ? Arrivals ?? new TransportArrivals() : null;
        Missing = features.HasNack && maxRepairDelay > TimeSpan.Zero ? Missing ?? new MissingPackets(maxRepairDelay) : null;
    }

    /// <summary>
    /// Takes one decrypted packet. Null when it counts; <paramref name="isNewest"/> then says that no later packet of its stream came
    /// before it.
    /// </summary>
    public PeerDropReason? Handle(ReadOnlySpan<byte> packet, TimeSpan? roundTrip, Instant now, AudioEventQueue events, out bool isNewest)
    {
        isNewest = false;
        if (RtpHeader.TryParse(packet, out var header) != RtpParseStatus.Ok) return PeerDropReason.MalformedRtp;
        var isRed = header.PayloadType == _redPayloadType;
        var isSilent = (_silentPayloadTypes >> header.PayloadType & UInt128.One) != 0;
        if (header.PayloadType != _payloadType && !isRed && !isSilent) return PeerDropReason.UnexpectedPayloadType;
        var extensions = HeaderExtensions.Read(packet, header, _extensions);
        if (!extensions.Mid.IsEmpty && _mid.Length > 0 && !extensions.Mid.SequenceEqual(_mid)) return PeerDropReason.UnknownMid;
        if (extensions.TransportSequence is { } transportSequence) Arrivals?.Add(transportSequence, now);

        var payload = packet.Slice(header.PayloadOffset, header.PayloadLength);
        if (isSilent) payload = default;
        RedReader red = default;
        if (isRed && !payload.IsEmpty && !RedReader.TryCreate(payload, out red)) return PeerDropReason.MalformedRed;
        var received = new PeerEvent
        {
            Kind = PeerEventKind.AudioReceived,
            SequenceNumber = header.SequenceNumber,
            RtpTimestamp = header.Timestamp,
            Ssrc = header.Ssrc,
            Marker = header.Marker,
            AudioLevel = extensions.AudioLevel,
        };
        if (IsStraggler(header.Ssrc)) return isRed || events.TryEnqueue(received, payload) ? null : PeerDropReason.AudioQueueFull;
        if (Stream?.Ssrc != header.Ssrc) BeginStream(header.Ssrc);

        var sequence = _unwrapper.Unwrap(header.SequenceNumber);
        var hadStarted = !_seen.IsEmpty;
        if (isRed && !payload.IsEmpty) payload = Recover(red, received, sequence, hadStarted, events);
        isNewest = Stream!.HandlePacket(header.SequenceNumber, header.Timestamp, now);
        Packets++;
        PayloadBytes += payload.Length;
        if (isSilent) counters.Increment(MediaCounter.SilentPacket);
        if (!TryMark(sequence))
        {
            // Its copy was quicker.
            counters.Increment(MediaCounter.Duplicate);
            return null;
        }
        var isRepair = false;
        if (isNewest)
        {
            if (hadStarted) NoteGap(sequence, roundTrip, now);
            (_highest, _highestTimestamp) = (sequence, header.Timestamp);
        }
        else if (Missing?.HandleArrival(sequence, now) == true)
        {
            counters.Increment(MediaCounter.RepairedByResend);
            isRepair = true;
        }
        return events.TryEnqueue(received with { IsRepair = isRepair }, payload) ? null : PeerDropReason.AudioQueueFull;
    }

    /// <summary>BYE: the stream is over. (RFC 3550 §6.6)</summary>
    public void HandleGoodbye(uint ssrc)
    {
        if (ssrc != Stream?.Ssrc) return;
        Stream = null;
        Missing?.Clear();
    }

    /// <summary>
    /// Browsers may change the SSRC in mid-call (a replaced track); the newest authentic one is the stream. A single packet of the one
    /// before was only late; a second one in a row means that it is back.
    /// </summary>
    private bool IsStraggler(uint ssrc)
    {
        if (Stream is null || ssrc != _formerSsrc)
        {
            _formerReturns = false;
            return false;
        }
        if (_formerReturns) return false;
        return _formerReturns = true;
    }

    private void BeginStream(uint ssrc)
    {
        _formerSsrc = Stream?.Ssrc;
        _formerReturns = false;
        Stream = new ReceiverStatistics(ssrc, AudioRtp.ClockRate);
        _unwrapper = default;
        _seen = default;
        Missing?.Clear();
    }

    /// <summary>
    /// Gives events for the blocks whose own packets did not come, and returns the primary block. The block n places before the last is
    /// that of the n-th packet before: senders put in what they sent last. (RFC 2198 §3)
    /// </summary>
    private ReadOnlySpan<byte> Recover(RedReader red, scoped in PeerEvent received, long sequence, bool hadStarted, AudioEventQueue events)
    {
        while (red.TryReadRedundant(out var payloadType, out var timestampOffset, out var block))
        {
            var original = sequence - red.RemainingRedundant - 1;
            var timestamp = received.RtpTimestamp - timestampOffset;
            if (!hadStarted || block.IsEmpty || payloadType != _payloadType || timestampOffset == 0 || IsOutOfPlace(original, timestamp) || !TryMark(original)) continue;
            var copy = received with
            {
                SequenceNumber = new SeqNo((ushort)original), RtpTimestamp = timestamp, Marker = false, AudioLevel = null, IsRepair = true,
            };
            if (!events.TryEnqueue(copy, block)) continue;
            counters.Increment(MediaCounter.RepairedByRedundancy);
            Missing?.Forget(original);
            if (original > _highest) (_highest, _highestTimestamp) = (original, timestamp);
        }
        var primary = red.ReadPrimary(out var primaryType);
        return primaryType == _payloadType ? primary : default;
    }

    /// <summary>Sequence and time disagree: the sender skips packets in its row of copies, and this one is known under another number.</summary>
    private bool IsOutOfPlace(long sequence, uint timestamp) =>
        sequence > _highest ? (int)(timestamp - _highestTimestamp) <= 0 : (int)(timestamp - _highestTimestamp) >= 0;

    /// <summary>False when the packet, or a copy of it, was given already or is too old to tell.</summary>
    private bool TryMark(long sequence)
    {
        // Numbers from before the first are kept above zero.
        var index = (ulong)(sequence + (1 << 17));
        if (_seen.Check(index) != SrtpStatus.Ok) return false;
        _seen.Accept(index);
        return true;
    }

    private void NoteGap(long sequence, TimeSpan? roundTrip, Instant now)
    {
        // What redundancy has filled ends the hole before it.
        if (sequence > _highest + 1) Missing?.HandleGap(_highest + 1, sequence, roundTrip, now);
    }
}
