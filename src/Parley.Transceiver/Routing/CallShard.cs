using Parley.Net;
using Parley.Net.Tcp;
using Parley.Rtc;
using Parley.Rtc.Stun;
using Parley.Transceiver.Sockets;

namespace Parley.Transceiver.Routing;

/// <summary>
/// The calls that live on one shard. Finds the call of each datagram (by source address, else by the user that a connectivity
/// check names, else by the SSRC of media, which must then be authentic), adopts calls from the lobby, hands over what belongs to another shard, and drives each call's deadlines.
/// </summary>
internal sealed partial class CallShard : IShardHandler
{
    /// <summary>How often the first shard looks after the calls in the lobby.</summary>
    private static readonly TimeSpan LobbyPeriod = TimeSpan.FromSeconds(1);

    /// <summary>How long after its last step a call's set-up counts as under way.</summary>
    private static readonly TimeSpan SetUpTail = TimeSpan.FromMilliseconds(100);

    /// <summary>Datagrams that a shard announces at a time.</summary>
    private const int MaxAnticipated = 32;

    private readonly CallDirectory _directory;
    private readonly IShardInbox _self;
    private readonly IShardConnections _connections;
    private readonly CallLedger _ledger;
    private readonly AddressTable<Seat> _byAddress = new();
    private readonly Seat[] _anticipated = new Seat[MaxAnticipated];
    private readonly DeadlineHeap _deadlines = new();
    private readonly Queue<Seat> _ready = new();
    private Deadline _lobby = Deadline.None;
    private Instant _now;
    private Instant _hurriedUntil = new(0);

    /// <param name="connections">The TCP connections of this shard.</param>
    /// <param name="keepsLobby">One shard of a transceiver does.</param>
    public CallShard(CallDirectory directory, IShardInbox self, IShardConnections connections, bool keepsLobby, CallLedger ledger)
    {
        _directory = directory;
        _self = self;
        _connections = connections;
        _ledger = ledger;
        if (keepsLobby) _lobby = new Deadline(new Instant(0), "shard.Lobby");
    }

    public CounterTable<RouteDrop> Drops { get; } = new();

    /// <summary>A call is being set up, or was a moment ago: its first media is awaited.</summary>
    public bool IsHurried(Instant now) => now < _hurriedUntil || _directory.WaitingCount > 0;

    public Deadline NextDeadline => Deadline.Earlier(_lobby, _deadlines.Next);

    /// <summary>Step by step for all of them: each step needs what the one before has fetched.</summary>
    public void Anticipate(ReadOnlySpan<TransportAddress> sources)
    {
        var count = 0;
        foreach (ref readonly var source in sources[..Math.Min(sources.Length, MaxAnticipated)])
        {
            if (!_byAddress.TryFind(source, out var seat)) continue;
            CacheHint.Prefetch(seat, Seat.HotLength);
            _anticipated[count++] = seat;
        }
        var seats = _anticipated.AsSpan(0, count);
        foreach (var seat in seats) CacheHint.Prefetch(seat.Entry, CallEntry.HotLength);
        foreach (var seat in seats) CacheHint.Prefetch(seat.Call, ILiveCall.HotLength);
        for (var step = 0; step < RtcPeer.AnticipationSteps; step++)
            foreach (var seat in seats) seat.Call.Anticipate(step);
    }

    public void HandleDatagram(in Datagram datagram, Instant now)
    {
        _now = now;
        if (_byAddress.TryFind(datagram.Source, out var seat)) Give(seat, datagram, now);
        else Route(datagram, now);
    }

    public void HandleHandedOver(in Datagram datagram, Instant now)
    {
        _now = now;
        if (_byAddress.TryFind(datagram.Source, out var seat)) Give(seat, datagram, now);
        else if (IsStrayMedia(datagram, out var ssrc)) RouteMedia(ssrc, datagram, mayHandOver: false, now);
        else if (!TryFindEntry(datagram, out var entry)) return;
        else if (entry.Owner == _self && entry.Seat is { } owned) Give(owned, datagram, now);
        else Drops.Increment(RouteDrop.HandedOverTooLate);
    }

    public void HandlePosted(object work, Instant now)
    {
        _now = now;
        switch (work)
        {
            case CallEntry { Seat: { } seat }:
                Drive(seat, static (call, at) => call.HandleModels(at), now);
                break;
            case HangUp { Entry.Seat: { } seat } hangUp:
                // A call that is saying goodbye already goes on doing so.
                Drive(seat, hangUp.Run, now);
                break;
            case DrainNotice { Entry.Seat: { } seat } notice:
                Drive(seat, notice.Run, now);
                break;
            case Renegotiation renegotiation:
                if (renegotiation.Entry.Seat is { } place) Drive(place, (_, at) => renegotiation.Run(_directory, at), now);
                renegotiation.Abandon();
                break;
            case SidebandPost post:
                if (post.Entry.Seat is { } host) Drive(host, (call, at) => call.HandleSideband(post.Sideband, at), now);
                // The call ended meanwhile, maybe by this.
                if (post.Entry.IsGone) post.Sideband.Complete(SocketEnd.Of(post.Entry.Call.CloseReason));
                break;
        }
    }

    public void HandleTimeout(Instant now)
    {
        _now = now;
        if (_lobby.IsDue(now)) SweepLobby(now);
        // Each call at most once a turn, so that a call whose deadline does not move cannot hold the others up.
        for (var i = _deadlines.Count; i > 0 && _deadlines.Next.IsDue(now); i--)
            Drive(_deadlines.First, static (call, at) => call.HandleTimeout(at), now);
    }

    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit)
    {
        while (_ready.TryPeek(out var seat))
        {
            if (TryPoll(seat, buffer, out transmit)) return true;
            _ready.Dequeue();
            seat.IsReady = false;
            if (seat.Entry.Seat is null) continue;
            _deadlines.Update(seat, seat.Call.NextDeadline);
            if (seat.Call.IsClosed) Remove(seat, seat.Call.CloseReason);
        }
        transmit = default;
        return false;
    }

    /// <summary>The address may be another's from now on. The call lives on: its client may come back by another way.</summary>
    public void HandleDisconnected(TransportAddress connection)
    {
        if (!_byAddress.TryFind(connection, out var seat)) return;
        // First the call: what it sends teaches the shard its addresses.
        Drive(seat, (call, at) => call.HandleDisconnected(connection, at), _now);
        Forget(seat, connection);
    }

    public void HandleFault(Exception exception) => _ledger.ShardFaulted(exception);

    private void Route(in Datagram datagram, Instant now)
    {
        if (IsStrayMedia(datagram, out var ssrc))
        {
            RouteMedia(ssrc, datagram, mayHandOver: true, now);
            return;
        }
        if (!TryFindEntry(datagram, out var entry)) return;
        var owner = entry.Owner;
        if (owner == _self && entry.Seat is { } seat) Give(seat, datagram, now);
        else if (owner is null) TryAdopt(entry, datagram, now);
        // A connection goes to the call's shard as a whole; of UDP, which the kernel gives to this shard, each datagram.
        else if (!_connections.TryMove(datagram.Source, owner) && !owner.TryHandOver(datagram)) Drops.Increment(RouteDrop.MailboxFull);
    }

    private bool TryFindEntry(in Datagram datagram, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CallEntry? entry)
    {
        if (_directory.TryFind(datagram.Source, out entry)) return true;
        if (!StunUsername.TryReadServerUfrag(datagram.Payload, out var ufrag))
        {
            Drops.Increment(RouteDrop.UnknownSource);
            return false;
        }
        if (_directory.TryFindByUfrag(ufrag, out entry)) return true;
        Drops.Increment(RouteDrop.UnknownUfrag);
        return false;
    }

    /// <summary>A waiting call becomes this shard's when the datagram is an authentic check of it, and goes back when it is not.</summary>
    private void TryAdopt(CallEntry entry, in Datagram datagram, Instant now)
    {
        if (!entry.TryClaim())
        {
            Drops.Increment(RouteDrop.Contended);
            return;
        }
        var seat = new Seat(entry);
        try
        {
            entry.Call.HandleDatagram(datagram, now);
        }
        catch (Exception exception)
        {
            Fault(seat, exception);
            return;
        }
        if (!entry.Call.HasValidated(datagram.Source))
        {
            Drops.Increment(RouteDrop.NotAuthentic);
            entry.Release();
            return;
        }
        entry.Seat = seat;
        entry.Adopt(_self);
        _directory.NoteAdopted();
        _deadlines.Add(seat);
        Learn(seat, datagram.Source);
        AfterInput(seat);
    }

    private void Give(Seat seat, in Datagram datagram, Instant now)
    {
        try
        {
            seat.Call.HandleDatagram(datagram, now);
        }
        catch (Exception exception)
        {
            Fault(seat, exception);
            return;
        }
        AfterInput(seat);
    }

    private void Drive(Seat seat, Action<ILiveCall, Instant> input, Instant now)
    {
        try
        {
            input(seat.Call, now);
        }
        catch (Exception exception)
        {
            Fault(seat, exception);
            return;
        }
        AfterInput(seat);
    }

    private bool TryPoll(Seat seat, Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        if (seat.Entry.Seat is null) return false;
        try
        {
            if (!seat.Call.TryPollTransmit(buffer, out transmit)) return false;
        }
        catch (Exception exception)
        {
            Fault(seat, exception);
            return false;
        }
        // An address that the call has validated leads back to it from now on. What it tells strangers is not learned from.
        if (transmit.Destination != seat.LastDestination && seat.Call.HasValidated(transmit.Destination))
            Learn(seat, transmit.Destination);
        return true;
    }

    private void AfterInput(Seat seat)
    {
        if (!seat.WasConnected) _hurriedUntil = _now + SetUpTail;
        if (!seat.WasConnected && seat.Call.ConnectedAfter is { } after)
        {
            seat.WasConnected = true;
            _ledger.Connected(seat.Call.Id, after);
        }
        if (seat.Call.RemoteSsrc is { } ssrc && ssrc != seat.LastSsrc) LearnSsrc(seat, ssrc);
        _deadlines.Update(seat, seat.Call.NextDeadline);
        if (seat.IsReady) return;
        seat.IsReady = true;
        _ready.Enqueue(seat);
    }

    private void Learn(Seat seat, TransportAddress address)
    {
        seat.LastDestination = address;
        if (_byAddress.TryFind(address, out var known) && known == seat) return;
        if (seat.Addresses.Count == Seat.MaxAddresses) Forget(seat, seat.Addresses[0]);
        seat.Addresses.Add(address);
        _byAddress.Set(address, seat);
        _directory.Learn(address, seat.Entry);
        if (IsConnection(address)) _connections.Keep(address);
    }

    private void Forget(Seat seat, TransportAddress address)
    {
        seat.Addresses.Remove(address);
        if (seat.LastDestination == address) seat.LastDestination = default;
        if (_byAddress.TryFind(address, out var known) && known == seat) _byAddress.Remove(address);
        _directory.Forget(address, seat.Entry);
        if (IsConnection(address)) _connections.Close(address);
    }

    private bool IsConnection(TransportAddress address) => address.Protocol == TransportProtocol.Tcp || _connections.AreOfUdp;

    /// <summary>Calls whose client never came run into their own connect time-out.</summary>
    private void SweepLobby(Instant now)
    {
        _lobby = _lobby with { At = now + LobbyPeriod };
        if (_directory.WaitingCount == 0) return;
        foreach (var entry in _directory.Entries)
        {
            if (!entry.IsInLobby || !entry.TryClaim()) continue;
            if (!entry.Call.NextDeadline.IsDue(now))
            {
                entry.Release();
                continue;
            }
            try
            {
                entry.Call.HandleTimeout(now);
            }
            catch (Exception exception)
            {
                Fault(new Seat(entry), exception);
                continue;
            }
            if (entry.Call.IsClosed) End(entry, entry.Call.CloseReason);
            else entry.Release();
        }
    }

    private void Fault(Seat seat, Exception exception)
    {
        _ledger.Faulted(seat.Call.Id, exception);
        Remove(seat, CallCloseReason.Fault);
    }

    private void Remove(Seat seat, CallCloseReason reason)
    {
        if (seat.Entry.Seat is not null)
        {
            seat.Entry.Seat = null;
            _deadlines.Remove(seat);
            while (seat.Addresses.Count > 0) Forget(seat, seat.Addresses[^1]);
            foreach (var ssrc in seat.Ssrcs) _directory.Ssrcs.Remove(ssrc, seat.Entry);
            seat.Ssrcs.Clear();
        }
        End(seat.Entry, reason);
    }

    private void End(CallEntry entry, CallCloseReason reason)
    {
        entry.End();
        entry.Call.Dispose();
        _directory.Remove(entry);
        _ledger.Closed(entry.Call, reason, _now - entry.Call.CreatedAt);
    }
}
