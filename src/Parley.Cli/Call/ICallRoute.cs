using Parley.Transceiver.Caller;

namespace Parley.Cli.Call;

/// <summary>A way to a server: WebRTC or WebSocket.</summary>
internal interface ICallRoute : IDisposable
{
    /// <summary>Where it leads.</summary>
    Uri Url { get; }

    /// <summary>How the server names the call; null where it does not.</summary>
    string? CallId { get; }

    /// <summary>Makes the call and returns when it is over and hung up.</summary>
    /// <param name="request">What is to be said.</param>
    /// <param name="follower">Hears of it while it happens.</param>
    /// <param name="microphone">Started when the call can take its sound; null: none.</param>
    /// <param name="cancellationToken">Hangs up.</param>
    /// <exception cref="CallFailedException">There is no call; the message says why.</exception>
    Task<CallRecord> RunAsync(CallRequest request, ICallerObserver follower, Alsa.Microphone? microphone, CancellationToken cancellationToken);
}

/// <summary>What a call is for.</summary>
/// <param name="Limit">For the whole of it.</param>
/// <param name="ForcesTcp">To the server's TCP candidates alone.</param>
internal sealed record CallRequest(DialogueConfig Dialogue, TimeSpan Limit, bool ForcesTcp);
