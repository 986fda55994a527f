using Parley.Transceiver.Models;
using Parley.Transceiver.Sockets;

namespace Parley.Transceiver.Audience;

/// <summary>
/// One who listens to a session from aside and may act in it: the meeting point of the session's owner and of the connection's driver. The
/// owner never waits here: events go into a bounded queue, and at most one message is offered to it at a time.
/// </summary>
internal sealed class Sideband(ISidebandHost host)
{
    /// <summary>More than the audio that a reply may be ahead.</summary>
    private const int MaxQueuedBytes = 8 * 1024 * 1024;

    private const int NoMessage = 0, Offered = 1, InUse = 2;

    private ReadOnlyMemory<byte> _message;
    private int _messageState;
    private bool _isGone;
    private int _isRung;

    /// <summary>What the sideband is to hear.</summary>
    public OutgoingEvents Outgoing { get; } = new(MaxQueuedBytes);

    /// <summary>Set when the message that was offered is done with, and when the end is known.</summary>
    public AsyncSignal Taken { get; } = new();

    /// <summary>Driver's side: the connection is no more.</summary>
    public bool IsGone
    {
        get => Volatile.Read(ref _isGone);
        set => Volatile.Write(ref _isGone, value);
    }

    /// <summary>Driver's side: asks the owner to look at this sideband. False: it cannot be asked now, try again.</summary>
    public bool TryRing()
    {
        if (Interlocked.Exchange(ref _isRung, 1) == 1 || host.TryPost(this)) return true;
        Volatile.Write(ref _isRung, 0);
        return false;
    }

    /// <summary>Driver's side: a message for the session. Its memory stays as it is until <see cref="HasMessage"/> is false. Follow with <see cref="TryRing"/>.</summary>
    public void Offer(ReadOnlyMemory<byte> utf8Json)
    {
        _message = utf8Json;
        Volatile.Write(ref _messageState, Offered);
    }

    /// <summary>Driver's side: the offered message was not yet dealt with.</summary>
    public bool HasMessage => Volatile.Read(ref _messageState) != NoMessage;

    /// <summary>Driver's side: takes the offer back, unless the owner has it in hand.</summary>
    public void Withdraw() => Interlocked.CompareExchange(ref _messageState, NoMessage, Offered);

    /// <summary>Owner's side, before it looks: a full fence, so that whatever did not ring again is seen.</summary>
    public void Answer() => Interlocked.Exchange(ref _isRung, 0);

    /// <summary>Owner's side. Follow with <see cref="ReleaseMessage"/>.</summary>
    public bool TryTakeMessage(out ReadOnlyMemory<byte> utf8Json)
    {
        var isTaken = Interlocked.CompareExchange(ref _messageState, InUse, Offered) == Offered;
        utf8Json = isTaken ? _message : default;
        return isTaken;
    }

    /// <summary>Owner's side: the message's memory is its sender's again.</summary>
    public void ReleaseMessage()
    {
        Volatile.Write(ref _messageState, NoMessage);
        Taken.Set();
    }

    /// <summary>Any thread: nothing follows.</summary>
    public void Complete(SocketEnd end)
    {
        Outgoing.Complete(end);
        Taken.Set();
    }
}
