namespace Parley.Hosting.Configuration;

/// <summary>The operator's configuration cannot be used; the message says what to change.</summary>
public sealed class ConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
