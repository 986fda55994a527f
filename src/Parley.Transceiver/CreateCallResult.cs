namespace Parley.Transceiver;

/// <summary>What came of an offer: a <see cref="CallCreated"/> or a <see cref="CallRefused"/>.</summary>
public abstract record CreateCallResult;

/// <param name="CallId"><c>rtc_…</c>: names the call for hang-up.</param>
/// <param name="AnswerSdp">CRLF line ends with a final CRLF.</param>
public sealed record CallCreated(string CallId, string AnswerSdp) : CreateCallResult;

/// <param name="Code">Short and stable.</param>
/// <param name="Message">What is wrong, in words that may be shown to the client.</param>
public sealed record CallRefused(CallRefusal Reason, string Code, string Message) : CreateCallResult;

public enum CallRefusal
{
    /// <summary>The offer cannot be answered: the client's fault.</summary>
    BadOffer,

    /// <summary><see cref="TransceiverConfig.MaxCalls"/> calls are open.</summary>
    AtCapacity,

    ShuttingDown,
}
