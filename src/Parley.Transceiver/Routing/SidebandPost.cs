using Parley.Transceiver.Audience;

namespace Parley.Transceiver.Routing;

/// <summary>Posted to the owner of a call: look at a sideband.</summary>
internal sealed record SidebandPost(CallEntry Entry, Sideband Sideband);
