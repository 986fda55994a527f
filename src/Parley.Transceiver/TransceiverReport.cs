using Parley.Net;
using Parley.Net.Tcp;
using Parley.Rtc;
using Parley.Transceiver.Routing;

namespace Parley.Transceiver;

/// <summary>Puts <see cref="TransceiverStats"/> together from counters that other threads write.</summary>
internal static class TransceiverReport
{
    private static readonly ShardCounter[] SocketDrops =
    [
        ShardCounter.ReceivedTooLong, ShardCounter.ReceiveFailed, ShardCounter.SendExpired,
        ShardCounter.SendUnreachable, ShardCounter.SendRefused, ShardCounter.InnerRefused, ShardCounter.InnerMalformed,
    ];

    private static readonly TcpCounter[] TcpDrops = [TcpCounter.BacklogFull, TcpCounter.NoConnection, TcpCounter.EmptyFrames];

    public static TransceiverStats Make(CallDirectory directory, CallLedger ledger, ShardGroup group, IReadOnlyList<CallShard> shards, int sockets)
    {
        var entries = directory.Entries.ToList();
        var waiting = entries.Count(entry => entry.IsInLobby);
        var drops = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var reason in Enum.GetValues<RouteDrop>()) Add($"route.{reason}", shards.Sum(shard => shard.Drops[reason]));
        foreach (var reason in Enum.GetValues<PeerDropReason>())
            Add($"peer.{reason}", ledger.PeerDropCount(reason) + entries.Sum(entry => entry.Call.Drops[reason]));
        foreach (var reason in SocketDrops) Add($"socket.{reason}", group.Shards.Sum(shard => shard.Counters[reason]));
        foreach (var reason in TcpDrops) Add($"tcp.{reason}", Tcp(reason));
        Add("socket.ReceiveBufferFull", group.Shards.Sum(shard => shard.KernelDrops));
        return new TransceiverStats
        {
            CallsOpen = entries.Count - waiting + sockets,
            SocketCallsOpen = sockets,
            CallsWaiting = waiting,
            CallsCreated = ledger.CreatedCount,
            CallsConnected = ledger.ConnectedCount,
            CallsClosed = Enum.GetValues<CallCloseReason>().ToDictionary(reason => reason, ledger.ClosedCount),
            CallsRefused = Enum.GetValues<CallRefusal>().ToDictionary(reason => reason, ledger.RefusedCount),
            DatagramsReceived = group.Shards.Sum(shard => shard.Counters[ShardCounter.DatagramsReceived]),
            DatagramsSent = group.Shards.Sum(shard => shard.Counters[ShardCounter.DatagramsSent]) + Tcp(TcpCounter.FramesSent),
            TcpConnectionsOpen = group.TcpConnectionCount,
            Tcp = Enum.GetValues<TcpCounter>().Where(counter => Tcp(counter) > 0).ToDictionary(counter => counter, Tcp),
            Drops = drops,
            Faults = ledger.FaultCount + group.Shards.Sum(shard => shard.Counters[ShardCounter.HandlerFaults]),
        };

        long Tcp(TcpCounter counter) => group.Shards.Sum(shard => shard.TcpCounters?[counter] ?? 0);

        void Add(string name, long count)
        {
            if (count > 0) drops[name] = count;
        }
    }
}
