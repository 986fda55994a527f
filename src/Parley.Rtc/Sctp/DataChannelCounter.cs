namespace Parley.Rtc.Sctp;

/// <summary>What the data channels dropped or refused, with the reason.</summary>
public enum DataChannelCounter
{
    MalformedControl,
    OpenOnUsedStream,
    OpenRefused,
    OpenWithWrongParity,
    UnexpectedAck,
    UnknownProtocol,
    MessageOnUnknownChannel,
}
