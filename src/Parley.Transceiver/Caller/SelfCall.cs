using System.Net;
using Parley.Net;
using Parley.Rtc.Dtls;

namespace Parley.Transceiver.Caller;

/// <summary>
/// Calls this machine's own server over loopback, as a browser would: connects, waits for the session, asks for a spoken
/// reply to a written line, and listens for it. For <c>parley doctor</c> and for tests.
/// </summary>
public static class SelfCall
{
    /// <param name="answer">Gives the answer to an offer, for example by posting it to <c>/v1/realtime/calls</c>.</param>
    /// <param name="line">What is said, in writing.</param>
    /// <param name="limit">For the whole call.</param>
    public static async Task<SelfCallReport> RunAsync(
        Func<string, CancellationToken, Task<string>> answer, string line, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var clock = new MonotonicClock(time);
        using var certificate = DtlsCertificate.Create(time.GetUtcNow());
        using var group = ShardGroup.Bind(new ShardGroupConfig { Local = new IPEndPoint(IPAddress.Loopback, 0), ShardCount = 1 }, clock);
        var caller = new VoiceCaller(certificate, TransportAddress.From(group.LocalEndPoint), SystemRandomSource.Instance, clock.Now);
        var shard = new SelfCallShard(caller, line);
        // The caller belongs to its shard once that runs.
        var offer = caller.OfferSdp;
        group.Start(_ => shard);
        try
        {
            var sdp = await answer(offer, cancellationToken);
            group.Shards[0].TryPost(new SelfCallShard.Answer(sdp));
            try
            {
                await shard.Finished.WaitAsync(limit, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // The report says how far it came.
            }
            group.Shards[0].TryPost(SelfCallShard.HangUp);
            await Task.WhenAny(shard.Gone, Task.Delay(Farewell, time, cancellationToken));
        }
        finally
        {
            group.Dispose();
            caller.Dispose();
        }
        return shard.Report;
    }

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1.5);
}

/// <summary>How far a <see cref="SelfCall"/> came, in time since its answer; null where it did not.</summary>
public sealed record SelfCallReport
{
    /// <summary>ICE, DTLS and SRTP are up.</summary>
    public TimeSpan? Connected { get; init; }

    /// <summary><c>session.created</c> came over the data channel.</summary>
    public TimeSpan? SessionCreated { get; init; }

    /// <summary>Sound that is no silence came.</summary>
    public TimeSpan? FirstSound { get; init; }

    /// <summary>What the server said was wrong, or what failed in the transport.</summary>
    public string? Error { get; init; }

    public bool IsWhole => FirstSound is not null;
}
