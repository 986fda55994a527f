using System.Net;

namespace Parley.Transceiver.Caller;

/// <summary>
/// Calls this machine's own server over loopback: connects, waits for the session, asks for a spoken reply to a written line, and
/// listens for its first sound. For <c>parley doctor</c> and for tests.
/// </summary>
public static class SelfCall
{
    /// <param name="answer">Gives the answer to an offer, for example by posting it to <c>/v1/realtime/calls</c>.</param>
    /// <param name="line">What is said, in writing.</param>
    /// <param name="limit">For the whole call.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<CallRecord> RunAsync(
        Func<string, CancellationToken, Task<string>> answer, string line, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var call = new OutgoingCall(
            new OutgoingCallConfig
            {
                Dialogue = new DialogueConfig { Turns = [new TypedTurn(line)], AnswerTimeout = limit, EndsAtFirstSound = true },
                Bind = new IPEndPoint(IPAddress.Loopback, 0),
                Advertise = [IPAddress.Loopback],
                Limit = limit,
            },
            time);
        return await call.RunAsync(answer, cancellationToken);
    }
}
