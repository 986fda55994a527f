using Parley.Rtc.Stun;

namespace Parley.Rtc.Ice;

/// <summary>Writes STUN messages into the queue from which they are polled. A full queue refuses and counts. Nothing is allocated per message.</summary>
internal sealed class IceOutbox(CounterTable<IceCounter> counters)
{
    /// <summary>Responses and checks that wait to be polled.</summary>
    private const int Capacity = 8;

    /// <summary>Everything in a message but USERNAME.</summary>
    private const int MessageOverhead = 160;

    private DatagramQueue _queue = new(Capacity, MessageOverhead);
    private int _usernameLength;

    /// <summary>Makes room for checks that carry a name of this length. What is queued then may be lost; it would be repeated.</summary>
    public void MakeRoom(int usernameLength)
    {
        if (usernameLength <= _usernameLength) return;
        _usernameLength = usernameLength;
        _queue = new DatagramQueue(Capacity, MessageOverhead + usernameLength);
    }

    /// <summary>Writes a check; what it said of our role is noted in the transaction. (RFC 8445 §7.1)</summary>
    public void WriteCheck(ref IceTransaction transaction, IceRemote remote, TransportAddress destination, bool isNominating, IceRole role)
    {
        transaction.IsControlling = role.IsControlling;
        transaction.IsNominating = role.IsControlling && isNominating;
        if (!TryReserve(out var slot)) return;
        Span<byte> id = stackalloc byte[StunMessage.TransactionIdLength];
        transaction.CopyId(id);
        var request = new StunWriter(slot, StunMessageType.BindingRequest, id);
        request.AddUsername(remote.Username);
        request.AddPriority(IcePriority.ForPeerReflexive(destination.Protocol));
        if (transaction.IsNominating) request.AddUseCandidate();
        request.AddRole(role.IsControlling, role.TieBreaker);
        request.AddMessageIntegrity(remote.Integrity);
        _queue.Commit(request.Finish(), destination);
    }

    public void WriteSuccess(in StunMessage request, TransportAddress source, StunIntegrity integrity)
    {
        if (!TryReserve(out var slot)) return;
        var response = new StunWriter(slot, StunMessageType.BindingSuccess, request.TransactionId);
        response.AddXorMappedAddress(source);
        response.AddMessageIntegrity(integrity);
        _queue.Commit(response.Finish(), source);
    }

    /// <param name="code">What is wrong.</param>
    /// <param name="request">The message refused.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="integrity">Null towards whoever failed to authenticate and so could not check it. (RFC 8489 §9.1.3)</param>
    public void WriteError(StunErrorCode code, in StunMessage request, TransportAddress source, StunIntegrity? integrity)
    {
        if (!TryReserve(out var slot)) return;
        var response = new StunWriter(slot, StunMessageType.BindingError, request.TransactionId);
        response.AddErrorCode(code);
        if (code == StunErrorCode.UnknownAttribute) response.AddUnknownAttributes(request);
        if (integrity is not null) response.AddMessageIntegrity(integrity);
        var length = response.Finish();
        if (length <= request.Packet.Length) _queue.Commit(length, source);
        else counters.Increment(IceCounter.ErrorWithheld);
    }

    public bool TryDequeue(Span<byte> buffer, out Transmit transmit) => _queue.TryDequeue(buffer, out transmit);

    public void Clear() => _queue.Clear();

    private bool TryReserve(out Span<byte> slot)
    {
        slot = _queue.Reserve();
        if (!slot.IsEmpty) return true;
        counters.Increment(IceCounter.QueueFull);
        return false;
    }
}
