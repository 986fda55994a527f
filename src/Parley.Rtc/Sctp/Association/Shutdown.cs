using System.Buffers.Binary;
using Parley.Rtc.Sctp.Receive;
using Parley.Rtc.Sctp.Transmission;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Association;

/// <summary>The orderly end: what is queued is delivered first. (RFC 9260 §9.2)</summary>
internal sealed class Shutdown(AssociationState state, ControlOutbox outbox, DataSender sender, DataReceiver receiver)
{
    /// <summary>SHUTDOWN or SHUTDOWN ACK, as the state says, is to be sent.</summary>
    public bool IsDue { get; private set; }

    /// <summary>The end was asked for here, not by the peer.</summary>
    public bool IsLocal { get; private set; }

    public void Begin(Instant now)
    {
        IsLocal = true;
        state.Phase = SctpState.ShutdownPending;
        state.Timers.Set(SctpTimer.ShutdownGuard, now + state.Config.ShutdownTimeout);
        Advance();
    }

    /// <summary>Goes on once everything that was queued is acknowledged.</summary>
    public void Advance()
    {
        if (!sender.IsEmpty) return;
        if (state.Phase == SctpState.ShutdownPending) Enter(SctpState.ShutdownSent);
        else if (state.Phase == SctpState.ShutdownReceived) Enter(SctpState.ShutdownAckSent);
    }

    /// <summary>The peer sent SHUTDOWN.</summary>
    public void HandleShutdown(Instant now)
    {
        switch (state.Phase)
        {
            case SctpState.Established or SctpState.ShutdownPending:
                state.Phase = SctpState.ShutdownReceived;
                state.Timers.Set(SctpTimer.ShutdownGuard, now + state.Config.ShutdownTimeout);
                Advance();
                break;
            case SctpState.ShutdownSent:
                // Both asked at once.
                Enter(SctpState.ShutdownAckSent);
                break;
            case SctpState.ShutdownAckSent:
                IsDue = true;
                break;
        }
    }

    /// <summary>True when the association is over.</summary>
    public bool TryHandleShutdownAck()
    {
        if (state.Phase is not (SctpState.ShutdownSent or SctpState.ShutdownAckSent)) return false;
        outbox.Send(ChunkType.ShutdownComplete, default);
        return true;
    }

    /// <summary>Data that arrives after our SHUTDOWN is acknowledged by another one.</summary>
    public void HandleDataReceived()
    {
        if (state.Phase == SctpState.ShutdownSent) IsDue = true;
    }

    /// <summary>T2 expired.</summary>
    public void HandleTimeout()
    {
        sender.Rto.BackOff();
        IsDue = true;
    }

    public void Write(ref PacketWriter writer, Instant now)
    {
        IsDue = false;
        if (state.Phase == SctpState.ShutdownSent)
        {
            if (writer.TryAdd(ChunkType.Shutdown, 0, sizeof(uint), out var value))
                BinaryPrimitives.WriteUInt32BigEndian(value, receiver.CumulativeTsn.Value);
        }
        else if (state.Phase == SctpState.ShutdownAckSent) writer.TryAdd(ChunkType.ShutdownAck, 0, 0, out _);
        state.Timers.Set(SctpTimer.Shutdown, now + sender.Rto.Current);
    }

    private void Enter(SctpState phase)
    {
        state.Phase = phase;
        IsDue = true;
    }
}
