namespace Parley.Rtc.Stun;

/// <summary>The STUN message types that ICE uses: method Binding in its four classes. (RFC 8489 §5)</summary>
internal enum StunMessageType : ushort
{
    BindingRequest = 0x0001,
    BindingIndication = 0x0011,
    BindingSuccess = 0x0101,
    BindingError = 0x0111,
}
