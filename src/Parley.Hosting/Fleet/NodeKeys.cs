using Microsoft.Extensions.Logging;
using Parley.Hosting.Configuration;
using Parley.Net.Routes;
using Parley.Relay.Configuration;
using Parley.Relay.Keys;

namespace Parley.Hosting.Fleet;

/// <summary>The route keys of a node, read again when their file changes. Keys with which nothing could be sealed leave those before in use. Thread-safe.</summary>
internal sealed class NodeKeys : IDisposable
{
    private readonly KeysFile _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile RouteKeyRing _current;

    /// <exception cref="ConfigurationException">The file cannot be used.</exception>
    public NodeKeys(string path, TimeProvider time, ILogger<NodeKeys> logger)
    {
        (_time, _logger) = (time, logger);
        try
        {
            _file = new KeysFile(new DiskFile(path, KeysFile.MaxLength), time, Handle);
        }
        catch (RelayConfigurationException exception)
        {
            throw new ConfigurationException($"server.routeKeysFile: {exception.Message}", exception);
        }
        _current = _file.Current;
        if (IsUsable(_current)) return;
        _file.Dispose();
        throw new ConfigurationException($"server.routeKeysFile: {path}: {NoneInForce}");
    }

    public RouteKeyRing Current => _current;

    /// <summary>Called on a timer's thread when there are other keys.</summary>
    public Action<RouteKeyRing>? Changed { get; set; }

    public void Dispose() => _file.Dispose();

    private bool IsUsable(RouteKeyRing keys) => keys.SealingKey(_time.GetUtcNow()) is not null;

    private void Handle(FileReload reload)
    {
        var refusal = reload.Refusal ?? (IsUsable(_file.Current) ? null : NoneInForce);
        if (refusal is not null)
        {
            HostingLog.FleetFileRefused(_logger, reload.Name, refusal);
            return;
        }
        _current = _file.Current;
        HostingLog.FleetFileRead(_logger, reload.Name);
        Changed?.Invoke(_current);
    }

    private const string NoneInForce = "no key is in force now: every one begins later or has retired. `parley keys rotate` adds one.";
}
