namespace Parley.Transceiver.Routing;

/// <summary>Posted to the owner of a call: answer another offer of its client.</summary>
internal sealed class Renegotiation(CallEntry entry, string offerSdp)
{
    private readonly TaskCompletionSource<RenegotiateResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CallEntry Entry => entry;

    public Task<RenegotiateResult> Result => _result.Task;

    /// <summary>On the thread that owns the call for now. What the new answer names leads to the call before anybody is told of it.</summary>
    public void Run(CallDirectory directory, Instant now)
    {
        if (entry.Call.IsEnding)
        {
            Abandon();
            return;
        }
        if (!entry.Call.TryRenegotiate(offerSdp, now, out var error))
        {
            _result.TrySetResult(new RenegotiationRefused(error.Code, error.Message));
            return;
        }
        directory.LearnUfrag(entry);
        _result.TrySetResult(new CallRenegotiated(entry.Call.AnswerSdp));
    }

    /// <summary>The call ended before it could look at the offer.</summary>
    public void Abandon() => _result.TrySetResult(new NoSuchCall());
}
