namespace Parley.Hosting.Configuration;

/// <summary>
/// Tells that files have changed by a look at their times, at most every few seconds and only when somebody asks: a watcher would wake the
/// process for every file in their folders. For one thread at a time.
/// </summary>
internal sealed class FileLook
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly string[] _paths;
    private DateTime[] _taken;
    private DateTime[] _seen;
    private long _lookedAt;

    /// <param name="paths">As they are now they have been taken.</param>
    public FileLook(TimeProvider time, params string[] paths)
    {
        (_time, _paths) = (time, paths);
        _taken = _seen = Times();
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>They are others than those that were taken. Until they are, each look says so.</summary>
    public bool HasChanged()
    {
        if (_time.GetElapsedTime(_lookedAt) < Period) return false;
        _lookedAt = _time.GetTimestamp();
        _seen = Times();
        return !_seen.AsSpan().SequenceEqual(_taken);
    }

    /// <summary>They could be used as they were at the last look. Who writes two files does not write them at once: otherwise the next look tries again.</summary>
    public void Take() => _taken = _seen;

    private DateTime[] Times() => [.. _paths.Select(File.GetLastWriteTimeUtc)];
}
