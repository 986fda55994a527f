using System.Collections.Concurrent;
using Parley.Transceiver;

namespace Parley.Hosting.Access;

/// <summary>Whose call each is, and its lease, which goes back when the call has ended. Thread-safe.</summary>
internal sealed class CallLeases : ICallObserver
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The transceiver has announced the call, and may have ended it since.</summary>
    public void Attach(string callId, ApiKey key, CallLease lease)
    {
        if (!_entries.TryUpdate(callId, new Entry(key, lease), Entry.None)) lease.Dispose();
    }

    public bool Owns(ApiKey key, string callId) => _entries.TryGetValue(callId, out var entry) && ReferenceEquals(entry.Key, key);

    public void CallCreated(string callId) => _entries[callId] = Entry.None;

    public void CallConnected(string callId, TimeSpan sinceCreated)
    {
    }

    public void CallClosed(string callId, CallCloseReason reason, TimeSpan duration)
    {
        if (_entries.TryRemove(callId, out var entry)) entry.Lease?.Dispose();
    }

    private sealed record Entry(ApiKey? Key, CallLease? Lease)
    {
        public static readonly Entry None = new(null, null);
    }
}
