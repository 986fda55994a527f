namespace Parley.Net.Impairment;

/// <summary>The bridge cannot be made; the message says what to do.</summary>
public sealed class ImpairmentException(string message) : Exception(message);
