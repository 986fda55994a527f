using System.Collections.Concurrent;

namespace Parley.Transceiver.Routing;

/// <summary>
/// From the SSRC of authentic audio to the calls that it was heard in. Clients choose their SSRCs, so several calls may have the same one;
/// more than <see cref="MaxCalls"/> are not remembered. Thread-safe; looking up takes no lock and allocates nothing.
/// </summary>
internal sealed class SsrcTable
{
    public const int MaxCalls = 4;

    private readonly ConcurrentDictionary<uint, CallEntry[]> _calls = new();
    private readonly Lock _lock = new();

    /// <summary>False when as many calls as are allowed have this SSRC.</summary>
    public bool TryAdd(uint ssrc, CallEntry entry)
    {
        lock (_lock)
        {
            var calls = Find(ssrc);
            if (calls.Contains(entry)) return true;
            if (calls.Length == MaxCalls) return false;
            _calls[ssrc] = [.. calls, entry];
            return true;
        }
    }

    public void Remove(uint ssrc, CallEntry entry)
    {
        lock (_lock)
        {
            CallEntry[] rest = [.. Find(ssrc).Where(call => call != entry)];
            if (rest.Length > 0) _calls[ssrc] = rest;
            else _calls.TryRemove(ssrc, out _);
        }
    }

    /// <summary>Not to be changed.</summary>
    public CallEntry[] Find(uint ssrc) => _calls.TryGetValue(ssrc, out var calls) ? calls : [];
}
