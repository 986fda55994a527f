namespace Parley.Relay.Configuration;

/// <summary>
/// Keeps what a file says. The bytes are read and compared once a second: notifications of the system do not tell of files that are
/// replaced behind a symbolic link, as Kubernetes does it, or on another machine; and times of modification do not tell two changes in one tick apart.
/// A change that cannot be used leaves what was. <see cref="Current"/> is thread-safe.
/// </summary>
public sealed class WatchedFile<T> : IDisposable
    where T : class
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly IFileContent _content;
    private readonly Func<ReadOnlyMemory<byte>, T> _parse;
    private readonly Action<FileReload> _reloaded;
    private readonly ITimer _timer;
    private readonly Lock _reading = new();
    private volatile T _current;
    private byte[] _bytes;
    private string? _unreadable;
    private long _taken;
    private long _refused;

    /// <param name="parse">Throws <see cref="RelayConfigurationException"/> for what cannot be used.</param>
    /// <param name="reloaded">Called once for each change, on a timer's thread.</param>
    /// <exception cref="RelayConfigurationException">The file cannot be read or used.</exception>
    public WatchedFile(IFileContent content, Func<ReadOnlyMemory<byte>, T> parse, TimeProvider time, Action<FileReload> reloaded)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(time);
        _content = content;
        _parse = parse;
        _reloaded = reloaded;
        try
        {
            _bytes = content.Read();
            _current = parse(_bytes);
        }
        catch (Exception exception) when (IsOfTheFile(exception))
        {
            throw new RelayConfigurationException($"{content.Name}: {exception.Message}", exception);
        }
        _timer = time.CreateTimer(static state => ((WatchedFile<T>)state!).Look(), this, Period, Period);
    }

    public T Current => _current;

    public FileReloads Reloads => new(Volatile.Read(ref _taken), Volatile.Read(ref _refused));

    public void Dispose() => _timer.Dispose();

    /// <summary>Looks now whether the file has changed.</summary>
    public void Look()
    {
        // A slow disk must not pile up timers' threads.
        if (!_reading.TryEnter()) return;
        try
        {
            var bytes = _content.Read();
            _unreadable = null;
            if (bytes.AsSpan().SequenceEqual(_bytes)) return;
            _bytes = bytes;
            _current = _parse(bytes);
            Interlocked.Increment(ref _taken);
            _reloaded(new FileReload(_content.Name, null));
        }
        catch (RelayConfigurationException exception)
        {
            Refuse(exception.Message);
        }
        catch (Exception exception) when (IsOfTheFile(exception))
        {
            // Each second anew it would be the same news.
            if (_unreadable == exception.Message) return;
            _unreadable = exception.Message;
            Refuse(exception.Message);
        }
        finally
        {
            _reading.Exit();
        }
    }

    private void Refuse(string why)
    {
        Interlocked.Increment(ref _refused);
        _reloaded(new FileReload(_content.Name, why));
    }

    private static bool IsOfTheFile(Exception exception) => exception is RelayConfigurationException or IOException or UnauthorizedAccessException;
}
