namespace Parley.Relay.Configuration;

/// <summary>An option, the fleet file or the keys file cannot be used; the message says what to change.</summary>
public sealed class RelayConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
