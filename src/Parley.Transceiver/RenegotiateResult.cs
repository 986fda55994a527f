namespace Parley.Transceiver;

/// <summary>What came of another offer for a call.</summary>
public abstract record RenegotiateResult;

/// <param name="AnswerSdp">CRLF line ends with a final CRLF.</param>
public sealed record CallRenegotiated(string AnswerSdp) : RenegotiateResult;

/// <param name="Code">Short and stable.</param>
/// <param name="Message">What is wrong with the offer, in words that may be shown to the client. The call goes on as it was.</param>
public sealed record RenegotiationRefused(string Code, string Message) : RenegotiateResult;

/// <summary>The id is wrong, or the call has ended.</summary>
public sealed record NoSuchCall : RenegotiateResult;

/// <summary>The call's shard is overloaded or stopping.</summary>
public sealed record RenegotiationTimedOut : RenegotiateResult;
