using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Parley.Transceiver.Resuming;

namespace Parley.Transceiver.Routing;

/// <summary>All calls of a transceiver by id, by ICE user name fragment, by validated address and by SSRC. Thread-safe; looking up allocates nothing.</summary>
internal sealed class CallDirectory
{
    private const int MaxUfragLength = 256;

    private readonly ConcurrentDictionary<string, CallEntry> _byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CallEntry> _byUfrag = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CallEntry>.AlternateLookup<ReadOnlySpan<char>> _byUfragSpan;
    private readonly ConcurrentDictionary<TransportAddress, CallEntry> _byAddress = new();
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _capacity;
    private int _count;
    private int _waiting;
    private bool _isClosed;

    public CallDirectory(int capacity)
    {
        _capacity = capacity;
        _byUfragSpan = _byUfrag.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Their sessions, which may outlive them; null: none does.</summary>
    public SessionKeeper? Sessions { get; init; }

    /// <summary>By the SSRC of their clients' audio.</summary>
    public SsrcTable Ssrcs { get; } = new();

    public int Count => Volatile.Read(ref _count);

    /// <summary>Calls that no shard has adopted yet.</summary>
    public int WaitingCount => Volatile.Read(ref _waiting);

    public bool IsClosed => Volatile.Read(ref _isClosed);

    public IEnumerable<CallEntry> Entries => _byId.Select(static pair => pair.Value);

    /// <summary>Completes when the directory is closed and empty.</summary>
    public Task Emptied => _emptied.Task;

    /// <summary>Takes a place for a call that is about to be made; false when all are taken. Give it back by <see cref="ReturnPlace"/>.</summary>
    public bool TryTakePlace()
    {
        if (Interlocked.Increment(ref _count) <= _capacity && !IsClosed) return true;
        ReturnPlace();
        return false;
    }

    public void ReturnPlace()
    {
        if (Interlocked.Decrement(ref _count) == 0 && IsClosed) _emptied.TrySetResult();
    }

    /// <summary>The call takes the place that was taken for it.</summary>
    public void Add(CallEntry entry)
    {
        Interlocked.Increment(ref _waiting);
        _byId[entry.Id] = entry;
        _byUfrag[entry.Ufrags.Newest] = entry;
    }

    /// <summary>The call may have a new name, after a restart. For whoever may touch the call.</summary>
    public void LearnUfrag(CallEntry entry)
    {
        _byUfrag[entry.Call.Ufrag] = entry;
        if (entry.Rename(entry.Call.Ufrag) is { } gone) _byUfrag.TryRemove(gone, out _);
    }

    /// <summary>Gives the call's place back. Its addresses are removed by the shard that learned them.</summary>
    public void Remove(CallEntry entry)
    {
        if (!_byId.TryRemove(entry.Id, out _)) return;
        var (newest, former) = entry.Ufrags;
        _byUfrag.TryRemove(newest, out _);
        if (former is not null) _byUfrag.TryRemove(former, out _);
        if (entry.Owner is null) NoteAdopted();
        ReturnPlace();
        Sessions?.Ended(entry.Call.SessionId, entry.Call.Remains);
    }

    /// <summary>A call waits no longer.</summary>
    public void NoteAdopted() => Interlocked.Decrement(ref _waiting);

    public void Learn(TransportAddress address, CallEntry entry) => _byAddress[address] = entry;

    /// <summary>Forgets the address unless it has come to lead to another call.</summary>
    public void Forget(TransportAddress address, CallEntry entry) => _byAddress.TryRemove(new(address, entry));

    public bool TryFind(string id, [NotNullWhen(true)] out CallEntry? entry) => _byId.TryGetValue(id, out entry);

    public bool TryFind(TransportAddress address, [NotNullWhen(true)] out CallEntry? entry) => _byAddress.TryGetValue(address, out entry);

    public bool TryFindByUfrag(ReadOnlySpan<byte> ufrag, [NotNullWhen(true)] out CallEntry? entry)
    {
        entry = null;
        if (ufrag.Length > MaxUfragLength) return false;
        Span<char> characters = stackalloc char[MaxUfragLength];
        System.Text.Encoding.Latin1.GetChars(ufrag, characters);
        return _byUfragSpan.TryGetValue(characters[..ufrag.Length], out entry);
    }

    /// <summary>No call is added from now on.</summary>
    public void Close()
    {
        Volatile.Write(ref _isClosed, true);
        Interlocked.MemoryBarrier();
        if (Count == 0) _emptied.TrySetResult();
    }
}
