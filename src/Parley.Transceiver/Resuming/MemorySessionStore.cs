using Parley.Conversation;

namespace Parley.Transceiver.Resuming;

/// <summary>Keeps sessions in memory, bounded in number and bytes: what would live shortest makes way.</summary>
public sealed class MemorySessionStore : ISessionStore, IDisposable
{
    /// <summary>What a session and an item occupy beside their texts, about.</summary>
    private const int FixedBytes = 512;

    private const long MarkBytes = 16;

    private readonly TimeProvider _time;
    private readonly int _maxSessions;
    private readonly long _maxBytes;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _bytes;

    public MemorySessionStore(TimeProvider time, int maxSessions = 1000, long maxBytes = 256L * 1024 * 1024)
    {
        ArgumentNullException.ThrowIfNull(time);
        (_time, _maxSessions, _maxBytes) = (time, maxSessions, maxBytes);
        _timer = time.CreateTimer(static store => ((MemorySessionStore)store!).DropExpired(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count
    {
        get { lock (_lock) return _entries.Count; }
    }

    public ValueTask SaveAsync(StoredSession session, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var bytes = SizeOf(session);
        lock (_lock)
        {
            Remove(session.Snapshot.SessionId);
            if (bytes > _maxBytes) return default;
            while (_entries.Count >= _maxSessions || _bytes + bytes > _maxBytes) Remove(_entries.MinBy(entry => entry.Value.ExpiresAt).Key);
            _entries.Add(session.Snapshot.SessionId, new Entry(session, _time.GetUtcNow() + timeToLive, bytes));
            _bytes += bytes;
            ArmTimer();
        }
        return default;
    }

    public ValueTask<StoredSession?> TakeAsync(string sessionId, string owner, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(sessionId, out var entry) || entry.Session.Owner != owner || entry.ExpiresAt <= _time.GetUtcNow()) return default;
            Remove(sessionId);
            return new ValueTask<StoredSession?>(entry.Session);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void DropExpired()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            foreach (var (id, entry) in _entries.ToArray())
                if (entry.ExpiresAt <= now) Remove(id);
            ArmTimer();
        }
    }

    /// <summary>What nobody came for does not wait for the next session to be dropped.</summary>
    private void ArmTimer()
    {
        if (_entries.Count == 0) return;
        var wait = _entries.Values.Min(entry => entry.ExpiresAt) - _time.GetUtcNow();
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private void Remove(string sessionId)
    {
        if (_entries.Remove(sessionId, out var entry)) _bytes -= entry.Bytes;
    }

    private static long SizeOf(StoredSession session) =>
        FixedBytes + (session.Snapshot.Settings.Instructions.Length * sizeof(char))
        + session.Snapshot.Settings.Tools.Sum(tool => FixedBytes + (tool.ToString().Length * (long)sizeof(char)))
        + session.Snapshot.Recordings.Sum(recording => FixedBytes + (recording.Samples.Length * (long)sizeof(short)))
        + session.Snapshot.Replies.Sum(reply => FixedBytes + (reply.Marks.Count * MarkBytes))
        + session.Snapshot.Items.Sum(item => FixedBytes + (TextLengthOf(item) * sizeof(char)));

    private static long TextLengthOf(ConversationItem item) => item switch
    {
        MessageItem message => message.Content.Sum(part => (long)(part.Text?.Length ?? 0) + (part.ImageUrl?.Length ?? 0)),
        ToolCallItem call => call.Arguments.Length,
        ToolOutputItem output => output.Output.Length,
        _ => 0,
    };

    private sealed record Entry(StoredSession Session, DateTimeOffset ExpiresAt, long Bytes);
}
