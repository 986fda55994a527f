using Parley.Relay.Configuration;

namespace Parley.Relay.Fleet;

/// <summary>The fleet as a file says it, read again when the file changes. What cannot be used leaves the fleet as it was.</summary>
public sealed class FleetFile : IFleet, IDisposable
{
    private readonly WatchedFile<FleetSnapshot> _file;

    /// <exception cref="RelayConfigurationException">The file cannot be used.</exception>
    public FleetFile(IFileContent content, TimeProvider time, Action<FileReload> reloaded) =>
        _file = new WatchedFile<FleetSnapshot>(content, FleetDocument.Parse, time, reloaded);

    /// <summary>The fleet as it is now.</summary>
    public FleetSnapshot Current => _file.Current;

    public FileReloads Reloads => _file.Reloads;

    /// <inheritdoc/>
    public FleetAnswer Find(ushort cluster, ushort node, out TransportAddress address) => Current.Find(cluster, node, out address);

    /// <inheritdoc/>
    public IReadOnlyList<TransportAddress> InnerAddresses => Current.InnerAddresses;

    /// <inheritdoc/>
    public bool Has(TransportAddress inner) => Current.Has(inner);

    public void Dispose() => _file.Dispose();
}
