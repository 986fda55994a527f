namespace Parley.Rtc.Sctp;

/// <summary>How much is done for a message. The default is everything: in order, and repeated until it arrives.</summary>
/// <param name="IsUnordered">It may overtake others of its stream. (RFC 9260 §6.6)</param>
/// <param name="MaxRetransmits">How often each part of it is sent again before it is given up; null for as often as needed. (RFC 3758, RFC 7496 §3.1)</param>
/// <param name="MaxLifetime">After this it is neither sent nor repeated; null for ever. (RFC 3758 §4.1)</param>
public readonly record struct DeliveryOptions(bool IsUnordered = false, ushort? MaxRetransmits = null, TimeSpan? MaxLifetime = null);
