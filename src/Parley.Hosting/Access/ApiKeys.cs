using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Parley.Hosting.Configuration;

namespace Parley.Hosting.Access;

/// <summary>
/// The keys that may open calls. With none configured everyone is let in, whatever they bring: that is for loopback, and for
/// applications that ask for credentials of their own. Compared in constant time, kept as hashes. Keys of a file follow that file. Thread-safe.
/// </summary>
internal sealed class ApiKeys
{
    private readonly IReadOnlyList<KeyConfig> _fixed;
    private readonly ApiKeysFile? _file;
    private readonly FileLook? _look;
    private readonly ApiKey _anyone;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private ApiKey[] _keys = [];

    /// <param name="keys">Those that stay.</param>
    /// <param name="file">Null: no others.</param>
    /// <param name="anyone">Limits of all together where there are no keys.</param>
    public ApiKeys(IReadOnlyList<KeyConfig> keys, ApiKeysFile? file, KeyLimits anyone, TimeProvider time, ILogger logger)
    {
        (_fixed, _file, _time, _logger) = (keys, file, time, logger);
        _anyone = new ApiKey("anyone", KeyHash.Of(""), new KeyUsage(anyone, time));
        if (file is not null) _look = new FileLook(time, file.Path);
        Take(file?.Read() ?? []);
    }

    /// <summary>A file without keys lets nobody in, not everyone.</summary>
    public bool AreNeeded => _fixed.Count > 0 || _file is not null;

    public bool TryFind(string? key, [NotNullWhen(true)] out ApiKey? found)
    {
        found = AreNeeded ? null : _anyone;
        if (found is not null || key is null) return found is not null;
        var hash = KeyHash.Of(key);
        // To the last one, so that the time tells nothing.
        foreach (var known in Current)
            if (known.Hash.Matches(hash)) found = known;
        return found is not null;
    }

    /// <summary>The key that once had this id; false when it is gone.</summary>
    public bool TryFind(ulong id, [NotNullWhen(true)] out ApiKey? found)
    {
        found = AreNeeded ? Array.Find(Current, key => key.Id == id) : id == _anyone.Id ? _anyone : null;
        return found is not null;
    }

    private ApiKey[] Current
    {
        get
        {
            if (_look is null) return _keys;
            lock (_lock)
            {
                if (_look.HasChanged()) Follow();
                return _keys;
            }
        }
    }

    private void Follow()
    {
        try
        {
            var read = _file!.Read();
            KeyConfig.CheckDifferent([.. _fixed, .. read]);
            Take(read);
            _look!.Take();
            HostingLog.KeysRead(_logger, _keys.Length);
        }
        catch (ConfigurationException exception)
        {
            HostingLog.KeysNotRead(_logger, exception.Message);
        }
    }

    /// <summary>A key that was there before stays the one it was, with its calls and what it has used.</summary>
    private void Take(IReadOnlyList<KeyConfig> read) => _keys = [.. _fixed.Concat(read).Select(config =>
    {
        if (Array.Find(_keys, known => known.Hash.Matches(config.Hash)) is not { } same) return new ApiKey(config.Name, config.Hash, new KeyUsage(config.Limits, _time));
        same.Usage.Change(config.Limits);
        return same;
    })];
}
