namespace Parley.Net.Forwarding;

/// <summary>Why flows end; counted.</summary>
internal enum FlowEnd
{
    /// <summary>Nothing came for long.</summary>
    Expired,

    /// <summary>Unconfirmed, and another needed the room.</summary>
    Evicted,

    /// <summary>Its TCP connection is gone.</summary>
    Disconnected,
}
