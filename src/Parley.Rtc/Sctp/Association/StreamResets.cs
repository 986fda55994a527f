using System.Buffers.Binary;
using Parley.Rtc.Sctp.Receive;
using Parley.Rtc.Sctp.Transmission;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Association;

/// <summary>
/// Ends streams in either direction, which is how a data channel closes. (RFC 6525; RFC 8831 §6.7) One request of ours is
/// under way at a time; the peer's are answered at once, and the answer is repeated for a repeated request.
/// </summary>
internal sealed class StreamResets(AssociationState state, ControlOutbox outbox, DataSender sender, DataReceiver receiver)
{
    private const int MaxStreamsPerRequest = 128;

    /// <summary>Events that the application has not polled; beyond it requests wait.</summary>
    private const int MaxPendingEvents = 8192;

    private readonly List<PendingReset> _pending = [];
    private readonly List<ushort> _underWay = [];
    private uint _nextRequest = state.LocalInitialTsn.Value;
    private uint _expectedRequest;
    private ReconfigResult _lastResult = ReconfigResult.BadSequenceNumber;
    private uint _incomingRequestToAnswer;
    private Tsn _lastAssigned;

    /// <summary>Our request is to be sent.</summary>
    public bool IsDue { get; private set; }

    public bool IsUnderWay => _underWay.Count > 0;

    public void Begin() => _expectedRequest = state.Peer.InitialTsn.Value;

    public bool IsResetting(ushort streamId)
    {
        if (_underWay.Contains(streamId)) return true;
        foreach (var reset in _pending)
            if (reset.StreamId == streamId) return true;
        return false;
    }

    /// <summary>Resets our direction of a stream once everything sent on it so far is acknowledged.</summary>
    public void Request(ushort streamId)
    {
        if (!IsResetting(streamId)) _pending.Add(new PendingReset(streamId, sender.LastAssigned));
    }

    /// <summary>Begins the next request when one may begin. (§5.1.2)</summary>
    public void Advance()
    {
        if (_underWay.Count > 0 || _pending.Count == 0) return;
        for (var i = 0; i < _pending.Count && _underWay.Count < MaxStreamsPerRequest;)
        {
            if (_pending[i].After > sender.CumulativeAcked)
            {
                i++;
                continue;
            }
            _underWay.Add(_pending[i].StreamId);
            _pending.RemoveAt(i);
        }
        if (_underWay.Count == 0) return;
        if (state.Peer.SupportsReconfig)
        {
            _lastAssigned = sender.CumulativeAcked;
            IsDue = true;
        }
        else Complete(wasPerformed: false);
    }

    /// <summary>The answer did not come. (§5.1.1)</summary>
    public void HandleTimeout()
    {
        sender.Rto.BackOff();
        IsDue = true;
    }

    public void Write(ref PacketWriter writer, Instant now)
    {
        Span<ushort> streams = stackalloc ushort[MaxStreamsPerRequest];
        _underWay.CopyTo(streams);
        streams = streams[.._underWay.Count];
        var length = Chunk.HeaderLength + OutgoingResetRequest.FixedLength + streams.Length * sizeof(ushort);
        if (!writer.TryAdd(ChunkType.Reconfig, 0, length, out var value)) return;
        OutgoingResetRequest.Write(value, _nextRequest, _incomingRequestToAnswer, _lastAssigned, streams);
        IsDue = false;
        state.Timers.Set(SctpTimer.Reconfig, now + sender.Rto.Current);
    }

    public void HandleReconfig(ReadOnlySpan<byte> value, Instant now)
    {
        var reader = new ChunkReader(value);
        while (reader.TryRead(out var parameter))
        {
            var handled = (ParameterType)parameter.ParameterType switch
            {
                ParameterType.OutgoingResetRequest => TryHandleOutgoing(parameter.Value),
                ParameterType.IncomingResetRequest => TryHandleIncoming(parameter.Value),
                ParameterType.ReconfigResponse => TryHandleResponse(parameter.Value, now),
                // We neither add streams nor begin TSNs anew: refused. (§5.2.4–6)
                ParameterType.SsnTsnResetRequest or ParameterType.AddOutgoingStreams or ParameterType.AddIncomingStreams =>
                    TryRefuse(parameter.Value),
                _ => false,
            };
            if (!handled) state.Counters.Increment(SctpCounter.BadReconfig);
        }
        if (reader.IsMalformed) state.Counters.Increment(SctpCounter.BadReconfig);
    }

    /// <summary>The peer ends its direction. (§5.2.2)</summary>
    private bool TryHandleOutgoing(ReadOnlySpan<byte> value)
    {
        if (!OutgoingResetRequest.TryParse(value, out var request)) return false;
        if (!IsToBePerformed(request.RequestSequence)) return true;
        if (request.LastAssignedTsn > receiver.CumulativeTsn || receiver.Events.Count > MaxPendingEvents)
        {
            Respond(request.RequestSequence, ReconfigResult.InProgress);
            return true;
        }
        for (var i = 0; i < request.Streams.Count; i++)
        {
            if (receiver.StreamExists(request.Streams[i])) continue;
            Respond(request.RequestSequence, ReconfigResult.WrongSsn);
            return true;
        }
        if (request.Streams.Count == 0)
            for (var id = 0; id < state.Config.StreamCount; id++) ResetIncoming((ushort)id);
        for (var i = 0; i < request.Streams.Count; i++) ResetIncoming(request.Streams[i]);
        Respond(request.RequestSequence, ReconfigResult.Performed);
        return true;
    }

    /// <summary>The peer asks us to end ours: our own request is the answer. (§5.2.3)</summary>
    private bool TryHandleIncoming(ReadOnlySpan<byte> value)
    {
        if (value.Length < sizeof(uint) || value.Length % 2 != 0) return false;
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(value);
        if (!IsToBePerformed(sequence)) return true;
        var streams = new StreamList(value[sizeof(uint)..]);
        _incomingRequestToAnswer = sequence;
        for (var i = 0; i < streams.Count; i++)
            if (receiver.StreamExists(streams[i])) Request(streams[i]);
        Respond(sequence, ReconfigResult.InProgress);
        return true;
    }

    private bool TryHandleResponse(ReadOnlySpan<byte> value, Instant now)
    {
        if (!ReconfigResponse.TryParse(value, out var response)) return false;
        if (!IsUnderWay || response.ResponseSequence != _nextRequest) return true;
        state.Unanswered = 0;
        if (response.Result is ReconfigResult.InProgress or ReconfigResult.RequestInProgress)
        {
            IsDue = false;
            state.Timers.Set(SctpTimer.Reconfig, now + sender.Rto.Current);
            return true;
        }
        Complete(response.Result is ReconfigResult.Performed or ReconfigResult.NothingToDo);
        return true;
    }

    private bool TryRefuse(ReadOnlySpan<byte> value)
    {
        if (value.Length < sizeof(uint)) return false;
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(value);
        if (IsToBePerformed(sequence)) Respond(sequence, ReconfigResult.Denied);
        return true;
    }

    /// <summary>Answers repeated and wrong requests itself. A request answered with "in progress" is looked at again. (§5.2.1)</summary>
    private bool IsToBePerformed(uint sequence)
    {
        if (sequence == _expectedRequest) return true;
        if (sequence == _expectedRequest - 1 && _lastResult == ReconfigResult.InProgress) return true;
        var result = sequence == _expectedRequest - 1 ? _lastResult : ReconfigResult.BadSequenceNumber;
        SendResponse(sequence, result);
        return false;
    }

    private void Respond(uint sequence, ReconfigResult result)
    {
        _expectedRequest = sequence + 1;
        _lastResult = result;
        SendResponse(sequence, result);
    }

    private void SendResponse(uint sequence, ReconfigResult result)
    {
        Span<byte> parameter = stackalloc byte[ReconfigResponse.WholeLength];
        new ReconfigResponse(sequence, result).Write(parameter);
        outbox.Send(ChunkType.Reconfig, parameter);
    }

    private void ResetIncoming(ushort streamId)
    {
        receiver.ResetStream(streamId);
        receiver.Events.Add(new SctpEvent(SctpEventKind.IncomingStreamReset, streamId));
    }

    private void Complete(bool wasPerformed)
    {
        foreach (var streamId in _underWay)
        {
            if (wasPerformed) sender.ResetStream(streamId);
            receiver.Events.Add(new SctpEvent(SctpEventKind.OutgoingStreamReset, streamId));
        }
        _underWay.Clear();
        if (state.Peer.SupportsReconfig) _nextRequest++;
        IsDue = false;
        state.Timers.Stop(SctpTimer.Reconfig);
        Advance();
    }

    /// <param name="StreamId">To be reset.</param>
    /// <param name="After">The last TSN that may belong to the stream.</param>
    private readonly record struct PendingReset(ushort StreamId, Tsn After);
}
