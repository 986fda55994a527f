using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Receive;

/// <summary>A whole user message, its bytes in the arena.</summary>
internal readonly record struct CompleteMessage(ushort StreamId, ushort Ssn, uint PayloadProtocol, bool IsUnordered, BlockChain Payload);

internal enum ReassemblyStatus
{
    Incomplete,
    Complete,
    NoRoom,

    /// <summary>Longer than we announced to accept.</summary>
    TooLarge,

    /// <summary>Fragments with consecutive TSNs that cannot belong together.</summary>
    Inconsistent,
}

/// <summary>
/// Joins fragments into messages. Fragments of one message have consecutive TSNs (RFC 9260 §6.9), so what has arrived of it
/// is a set of runs. A run is found by either of its ends; a new fragment extends a run, joins two, or begins one: constant
/// work per fragment in any order of arrival.
/// </summary>
internal sealed class Reassembly(BlockArena arena, int maxMessageSize)
{
    private readonly Dictionary<Tsn, int> _byFirst = [];
    private readonly Dictionary<Tsn, int> _byLast = [];
    private readonly List<Run> _runs = [];
    private readonly Stack<int> _free = [];

    /// <param name="header">Of a DATA chunk whose TSN is new.</param>
    /// <param name="payload">At least one byte.</param>
    /// <param name="blocksToKeep">Blocks of the arena that this fragment may not use.</param>
    /// <param name="message">The message that this fragment completes.</param>
    public ReassemblyStatus Add(in DataHeader header, ReadOnlySpan<byte> payload, int blocksToKeep, out CompleteMessage message)
    {
        message = default;
        if (payload.Length > maxMessageSize) return ReassemblyStatus.TooLarge;
        int? before = !header.Has(DataFlags.Begin) && _byLast.TryGetValue(header.Tsn.Previous, out var index) ? index : null;
        int? after = !header.Has(DataFlags.End) && _byFirst.TryGetValue(header.Tsn.Next, out index) ? index : null;
        var chain = before is { } left ? _runs[left].Payload : BlockChain.Empty;
        if (chain.Length + payload.Length + (after is { } right ? _runs[right].Payload.Length : 0) > maxMessageSize)
            return ReassemblyStatus.TooLarge;
        if (before is { } b && !_runs[b].CanBeFollowedBy(header) || after is { } a && !_runs[a].CanFollow(header))
            return ReassemblyStatus.Inconsistent;
        if (arena.BlocksNeeded(chain, payload.Length) > arena.FreeBlocks - blocksToKeep) return ReassemblyStatus.NoRoom;

        arena.Append(ref chain, payload);
        var run = new Run(header.Tsn, header.Tsn, header, chain);
        if (before is { } earlier)
        {
            var taken = Take(earlier);
            run = run with { First = taken.First, Header = header with { Flags = header.Flags | taken.Header.Flags } };
        }
        if (after is { } later)
        {
            var taken = Take(later);
            run = run with
            {
                Last = taken.Last,
                Header = run.Header with { Flags = run.Header.Flags | taken.Header.Flags },
                Payload = arena.Join(run.Payload, taken.Payload),
            };
        }
        if (run.Header.Has(DataFlags.Begin) && run.Header.Has(DataFlags.End))
        {
            message = new CompleteMessage(
                header.StreamId, header.Ssn, header.PayloadProtocol, header.Has(DataFlags.Unordered), run.Payload);
            return ReassemblyStatus.Complete;
        }
        Store(run);
        return ReassemblyStatus.Incomplete;
    }

    /// <summary>Drops what began at or before <paramref name="tsn"/>: the peer gave it up. (RFC 3758 §3.6)</summary>
    public void DiscardThrough(Tsn tsn)
    {
        for (var i = 0; i < _runs.Count; i++)
            if (_runs[i].IsStored && _runs[i].First <= tsn) arena.Free(Take(i).Payload);
    }

    private Run Take(int index)
    {
        var run = _runs[index];
        _byFirst.Remove(run.First);
        _byLast.Remove(run.Last);
        _runs[index] = default;
        _free.Push(index);
        return run;
    }

    private void Store(in Run run)
    {
        if (!_free.TryPop(out var index))
        {
            index = _runs.Count;
            _runs.Add(default);
        }
        _runs[index] = run with { IsStored = true };
        _byFirst[run.First] = index;
        _byLast[run.Last] = index;
    }

    /// <param name="First">Lowest TSN.</param>
    /// <param name="Last">Highest TSN.</param>
    /// <param name="Header">Of one of its fragments, with the begin and end flags of all.</param>
    /// <param name="Payload">All bytes, in order.</param>
    private readonly record struct Run(Tsn First, Tsn Last, DataHeader Header, BlockChain Payload, bool IsStored = false)
    {
        public bool CanBeFollowedBy(in DataHeader next) => !Header.Has(DataFlags.End) && IsOfSameMessage(next);

        public bool CanFollow(in DataHeader previous) => !Header.Has(DataFlags.Begin) && IsOfSameMessage(previous);

        // The payload protocol is that of the first fragment in some stacks and of every one in others; it is not compared.
        private bool IsOfSameMessage(in DataHeader other) =>
            Header.StreamId == other.StreamId
            && Header.Has(DataFlags.Unordered) == other.Has(DataFlags.Unordered)
            && (Header.Has(DataFlags.Unordered) || Header.Ssn == other.Ssn);
    }
}
