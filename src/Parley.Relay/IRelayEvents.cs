using Parley.Relay.Configuration;

namespace Parley.Relay;

/// <summary>What an operator should hear of. Called on any thread.</summary>
public interface IRelayEvents
{
    /// <summary>The keys or the fleet have changed, for better or worse.</summary>
    void FileReloaded(FileReload reload);

    /// <summary>The relay was told to stop and waits for its flows.</summary>
    void Draining(int flows, TimeSpan timeout);

    /// <summary>The relay has ended.</summary>
    void Ended(int flowsCut);
}
