namespace Parley.Transceiver.Routing;

/// <summary>Posted to the owner of a call: end it.</summary>
internal sealed record HangUp(CallEntry Entry, CallCloseReason Reason);
