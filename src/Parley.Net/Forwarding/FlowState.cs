namespace Parley.Net.Forwarding;

/// <summary>What is known of a client's flow.</summary>
internal enum FlowState : byte
{
    /// <summary>Only the client has spoken: he goes first when there is no room.</summary>
    Unconfirmed,

    /// <summary>The transceiver has answered, and only with what it answers to anybody.</summary>
    Confirmed,

    /// <summary>The transceiver has found the client authentic: its check was answered with success, or anything but STUN was sent to it.</summary>
    Verified,
}
