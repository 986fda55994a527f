using System.Net;
using Parley.Net;
using Parley.Net.Tcp;
using Parley.Rtc;
using Parley.Rtc.Dtls;

namespace Parley.Transceiver.Caller;

/// <summary>
/// A call to a server of the Realtime API, as a browser would make it: offers, connects, leads its dialogue, hangs up. It has a UDP
/// socket, on Linux TCP connections too where the server has candidates for them, and a thread of its own.
/// </summary>
public sealed class OutgoingCall : IDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1.5);

    /// <summary>More TCP candidates than this are not tried at a time.</summary>
    private const int MaxConnections = 8;

    private readonly OutgoingCallConfig _config;
    private readonly TimeProvider _time;
    private readonly DtlsCertificate _certificate;
    private readonly ShardGroup _group;
    private readonly VoiceCaller _caller;
    private readonly OutgoingCallShard _shard;

    /// <exception cref="System.Net.Sockets.SocketException">The socket cannot be bound.</exception>
    /// <exception cref="PlatformNotSupportedException">TCP is forced, and this system has none for it.</exception>
    /// <exception cref="DllNotFoundException">A native library is absent.</exception>
    public OutgoingCall(OutgoingCallConfig config, TimeProvider time, ICallerObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        _time = time;
        var clock = new MonotonicClock(time);
        _certificate = DtlsCertificate.Create(time.GetUtcNow());
        _group = ShardGroup.Bind(new ShardGroupConfig { Local = config.Bind, ShardCount = 1 }, clock);
        // Without a listener the shard connects to where something is sent.
        var connectsTcp = OperatingSystem.IsLinux() || config.ForcesTcp;
        if (connectsTcp) _group.AddTcp(new TcpConfig { MaxConnections = MaxConnections });
        var peer = new RtcPeerConfig
        {
            Certificate = _certificate,
            LocalCandidates = [.. config.Advertise.Select(address => TransportAddress.From(new IPEndPoint(address, _group.LocalEndPoint.Port)))],
            ConnectsTcp = connectsTcp,
        };
        _caller = new VoiceCaller(peer, SystemRandomSource.Instance, clock.Now);
        _shard = new OutgoingCallShard(_caller, config.Dialogue, observer);
    }

    /// <summary>Makes the call and returns when it is over. Cancelling hangs up properly and is no exception.</summary>
    /// <param name="answer">Gives the answer to an offer, for example by posting it to <c>/v1/realtime/calls</c>. What it throws, this throws.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<CallRecord> RunAsync(Func<string, CancellationToken, Task<string>> answer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        // The caller belongs to its shard once that runs.
        var offer = _caller.OfferSdp;
        var offered = _time.GetTimestamp();
        _group.Start(_ => _shard);
        var sdp = await answer(offer, cancellationToken);
        var answerTook = _time.GetElapsedTime(offered);
        Post(new OutgoingCallShard.Answer(_config.ForcesTcp ? WithoutUdpCandidates(sdp) : sdp));
        string? error = null;
        var isCancelled = false;
        try
        {
            await _shard.Finished.WaitAsync(_config.Limit, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            error = FormattableString.Invariant($"The call was not over within {_config.Limit.TotalSeconds:0.#} s.");
        }
        catch (OperationCanceledException)
        {
            isCancelled = true;
        }
        Post(OutgoingCallShard.HangUp);
        await Task.WhenAny(Task.WhenAll(_shard.Finished, _shard.Gone), Task.Delay(Farewell, _time, CancellationToken.None));
        var record = _shard.Record;
        return record with { AnswerTook = answerTook, Error = isCancelled ? null : record.Error ?? error, IsCancelled = isCancelled };
    }

    /// <summary>What a microphone has picked up, 24 kHz; said after what was given before. Thread-safe.</summary>
    public void Say(short[] samples) => Post(samples);

    /// <summary>An answer as if the server could be reached by TCP alone.</summary>
    public static string WithoutUdpCandidates(string sdp)
    {
        ArgumentNullException.ThrowIfNull(sdp);
        return string.Join('\n', sdp.Split('\n').Where(line =>
            !line.StartsWith("a=candidate:", StringComparison.Ordinal) || !line.Contains(" udp ", StringComparison.OrdinalIgnoreCase)));
    }

    public void Dispose()
    {
        _group.Dispose();
        _caller.Dispose();
        _certificate.Dispose();
    }

    private void Post(object work) => _group.Shards[0].TryPost(work);
}
