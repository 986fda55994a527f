namespace Parley;

/// <summary>A datagram that a machine wrote into the caller's buffer: its length in bytes and where it goes.</summary>
public readonly record struct Transmit(int Length, TransportAddress Destination);
