namespace Parley.Net.Inner;

/// <summary>Which way an inner datagram goes. It is in the header, and so under the tag: none can be sent back to where it came from.</summary>
public enum InnerDirection
{
    ToTransceiver,
    ToRelay,
}
