using Parley.Transceiver.Audience;

namespace Parley.Transceiver;

/// <summary>What came of the wish to listen to a call from aside.</summary>
public abstract record AttachSidebandResult;

/// <param name="Connection">Run it on the WebSocket, or dispose of it.</param>
public sealed record SidebandAttached(SidebandConnection Connection) : AttachSidebandResult;

/// <summary>The id is wrong, or the call has ended.</summary>
public sealed record NoCallToAttachTo : AttachSidebandResult;

/// <param name="Limit">As many as a call may have are attached.</param>
public sealed record TooManySidebands(int Limit) : AttachSidebandResult;
