using Parley.Net;

namespace Parley.Transceiver.Routing;

/// <summary>Media from addresses that nothing is known of: whose they claim to be, and whose they are. (docs/design/transceiver.md)</summary>
internal sealed partial class CallShard
{
    private readonly byte[] _copy = new byte[Shard.MaxDatagramSize];

    private bool IsStrayMedia(in Datagram datagram, out uint ssrc) =>
        MediaPacket.TryReadSsrc(datagram.Payload, out ssrc) && !_directory.TryFind(datagram.Source, out _);

    /// <summary>
    /// A client that moved goes on speaking before its next check. Whose it claims to be is a hint only: the call whose keys made the packet takes it,
    /// and its address from then on; for any other it costs one tag. Calls of other shards get a copy when none here takes it.
    /// </summary>
    private void RouteMedia(uint ssrc, in Datagram datagram, bool mayHandOver, Instant now)
    {
        var entries = _directory.Ssrcs.Find(ssrc);
        var isHandedOver = false;
        foreach (var entry in entries)
            if (entry.Owner == _self && entry.Seat is { } seat && TryGiveMedia(seat, datagram, isLast: entries.Length == 1, now)) return;
        for (var i = 0; mayHandOver && i < entries.Length; i++)
        {
            if (entries[i].Owner is not { } owner || owner == _self || IsAmong(entries.AsSpan(0, i), owner)) continue;
            // Of TCP there is one copy, which goes along with its connection.
            if (_connections.TryMove(datagram.Source, owner)) return;
            isHandedOver = true;
            if (!owner.TryHandOver(datagram)) Drops.Increment(RouteDrop.MailboxFull);
        }
        if (!isHandedOver) Drops.Increment(entries.Length == 0 ? RouteDrop.UnknownSource : RouteDrop.MediaNotAuthentic);
    }

    private static bool IsAmong(ReadOnlySpan<CallEntry> entries, IShardInbox owner)
    {
        foreach (var entry in entries)
            if (entry.Owner == owner) return true;
        return false;
    }

    /// <summary>False, and nothing of the call has changed, when the packet is not made by its keys. A failed attempt may spoil the bytes, so others are given a copy.</summary>
    private bool TryGiveMedia(Seat seat, in Datagram datagram, bool isLast, Instant now)
    {
        var attempt = datagram;
        if (!isLast)
        {
            if (datagram.Payload.Length > _copy.Length) return false;
            datagram.Payload.CopyTo(_copy);
            attempt = new Datagram(_copy.AsSpan(0, datagram.Payload.Length), datagram.Source);
        }
        try
        {
            if (!seat.Call.TryHandleMedia(attempt, now)) return false;
        }
        catch (Exception exception)
        {
            Fault(seat, exception);
            return true;
        }
        Learn(seat, datagram.Source);
        AfterInput(seat);
        return true;
    }

    private void LearnSsrc(Seat seat, uint ssrc)
    {
        seat.LastSsrc = ssrc;
        if (seat.Ssrcs.Contains(ssrc)) return;
        if (seat.Ssrcs.Count == Seat.MaxSsrcs)
        {
            _directory.Ssrcs.Remove(seat.Ssrcs[0], seat.Entry);
            seat.Ssrcs.RemoveAt(0);
        }
        if (_directory.Ssrcs.TryAdd(ssrc, seat.Entry)) seat.Ssrcs.Add(ssrc);
    }
}
