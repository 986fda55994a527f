namespace Parley.Net.Tcp;

/// <summary>Takes one datagram that came out of a stream.</summary>
internal delegate void DatagramHandler(in Datagram datagram, Instant now);
