namespace Parley.Rtc.Sctp.Channels;

/// <summary>Payload protocol identifiers of WebRTC. (RFC 8831 §8)</summary>
internal static class PayloadProtocol
{
    public const uint Dcep = 50;
    public const uint String = 51;
    public const uint Binary = 53;

    /// <summary>An empty string, carried by one byte that means nothing. (RFC 8831 §6.6)</summary>
    public const uint EmptyString = 56;

    /// <summary>An empty binary message, carried by one byte that means nothing.</summary>
    public const uint EmptyBinary = 57;

    public static bool IsMessage(uint protocol) => protocol is String or Binary or EmptyString or EmptyBinary;

    public static bool IsBinary(uint protocol) => protocol is Binary or EmptyBinary;

    public static bool IsEmpty(uint protocol) => protocol is EmptyString or EmptyBinary;

    public static uint Of(bool isBinary, bool isEmpty) =>
        isBinary ? isEmpty ? EmptyBinary : Binary : isEmpty ? EmptyString : String;
}
