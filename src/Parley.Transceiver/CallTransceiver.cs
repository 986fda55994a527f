using System.Net;
using Microsoft.Extensions.Logging;

namespace Parley.Transceiver;

/// <summary>
/// The calls of one UDP port: answers offers, finds the call of each datagram, hangs up. Thread-safe. A call waits until
/// a shard's socket receives its first valid connectivity check; that shard adopts it, and it never leaves that shard.
/// </summary>
public sealed class CallTransceiver : IAsyncDisposable
{
    private CallTransceiver(IPEndPoint local) => LocalEndPoint = local;

    public IPEndPoint LocalEndPoint { get; }

    public TransceiverStats Stats => throw new NotSupportedException();

    /// <summary>Binds the port and starts the shards. Throws <see cref="System.Net.Sockets.SocketException"/> when the port is taken.</summary>
    public static CallTransceiver Start(
        TransceiverConfig config, TimeProvider time, ILoggerFactory loggers, ICallObserver? observer = null) =>
        throw new NotSupportedException();

    /// <summary>Answers an offer. The call then waits for the client's first packet.</summary>
    public CreateCallResult CreateCall(string offerSdp, CallConfig config) => throw new NotSupportedException();

    /// <summary>False when there is no such call. The call says goodbye to the client and ends soon after.</summary>
    public bool HangUp(string callId) => throw new NotSupportedException();

    /// <summary>Refuses new calls, says goodbye on all, and waits until they are gone or <paramref name="limit"/> has passed.</summary>
    public Task DrainAsync(TimeSpan limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Stops the shards and frees everything, gracefully only as far as <see cref="DrainAsync"/> was awaited before.</summary>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
