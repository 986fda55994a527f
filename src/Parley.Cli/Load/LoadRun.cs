using System.Net;
using Parley.Cli.Call;
using Parley.Net;
using Parley.Rtc;
using Parley.Rtc.Dtls;
using Parley.Transceiver.Caller;

namespace Parley.Cli.Load;

/// <summary>Keeps calls up: each that ends is followed by the next. Used once.</summary>
internal sealed class LoadRun : IDisposable
{
    /// <summary>A server that says "again" without a time is not asked again sooner than this.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(200);

    private readonly LoadPlan _plan;
    private readonly Uri _server;
    private readonly HttpClient _client;
    private readonly TimeProvider _time;
    private readonly MonotonicClock _clock;
    private readonly DtlsCertificate _certificate;
    private readonly LoadSound _sound = new();
    private readonly LoadLoop _loop;
    private readonly CallTally _tally = new();
    private readonly Ramp _ramp;
    private readonly long _began;
    private IReadOnlyList<IPAddress> _local = [];

    /// <param name="plan">What is wanted.</param>
    /// <param name="server">Where offers are posted.</param>
    /// <param name="client">Of <see cref="CallEndpoint.CreateClient"/>.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DllNotFoundException">A native library is absent.</exception>
    public LoadRun(LoadPlan plan, Uri server, HttpClient client, TimeProvider time)
    {
        (_plan, _server, _client, _time) = (plan, server, client, time);
        _clock = new MonotonicClock(time);
        _began = time.GetTimestamp();
        _certificate = DtlsCertificate.Create(time.GetUtcNow());
        _ramp = new Ramp(plan.Ramp, time);
        _loop = new LoadLoop(_clock);
    }

    /// <summary>The silences of all calls while they happen.</summary>
    public SilenceGauge Silences { get; } = new();

    /// <summary>As it stands. Any thread.</summary>
    public LoadReport Report => _tally.Report(_time.GetElapsedTime(_began)) with { CallerStandstill = _loop.LongestStandstill };

    /// <summary>Makes calls until the run is over, and returns when all are. Cancelling ends it early and is no exception.</summary>
    /// <exception cref="CallFailedException">Not even the first call came about; the message says why.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(_plan.Duration, _time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            _local = await new CallEndpoint(_server, _client).FindLocalAddressesAsync(cancellationToken);
            // Whatever is wrong with the first one is wrong with all, and is said at once.
            var first = await AnswerAsync(throws: true, ending.Token, cancellationToken);
            await Task.WhenAll(Enumerable.Range(0, _plan.Calls).Select(i => KeepUpAsync(i == 0 ? first : null, ending, cancellationToken)));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
        }
    }

    public void Dispose()
    {
        _loop.Dispose();
        _certificate.Dispose();
    }

    private async Task KeepUpAsync(AnsweredCall? call, CancellationTokenSource run, CancellationToken now)
    {
        try
        {
            while (true)
            {
                call ??= await AnswerAsync(throws: false, run.Token, now);
                if (call is not null) await TalkAsync(call, run.Token, now);
                call = null;
            }
        }
        catch (OperationCanceledException) when (run.IsCancellationRequested)
        {
        }
        catch
        {
            // What is wrong here (no more sockets) is soon wrong with the others.
            await run.CancelAsync();
            throw;
        }
    }

    /// <summary>Offers a call in its turn, again and again while the server refuses it for now. Null: it is lost already.</summary>
    /// <param name="throws">How it was lost is an exception.</param>
    /// <param name="ending">No more calls.</param>
    /// <param name="now">Whatever is under way ends, too.</param>
    private async Task<AnsweredCall?> AnswerAsync(bool throws, CancellationToken ending, CancellationToken now)
    {
        while (true)
        {
            await _ramp.WaitTurnAsync(ending);
            ending.ThrowIfCancellationRequested();
            var endpoint = new CallEndpoint(_server, _client);
            var line = new LoadLine();
            var call = new LoadCall(ConfigOf(line), _sound, Silences, SystemRandomSource.Instance, _clock.Now);
            var isBegun = false;
            try
            {
                var answer = await endpoint.PostAsync(call.OfferSdp, now);
                _tally.NoteBegun();
                isBegun = true;
                _loop.Begin(call, line, _plan.ForcesTcp ? OutgoingCall.WithoutUdpCandidates(answer) : answer);
                return new AnsweredCall(call, endpoint);
            }
            catch (CallFailedException exception) when (exception.RetryAfter is { } wait)
            {
                _tally.NoteRefused();
                await Task.Delay(wait > ShortestWait ? wait : ShortestWait, _time, ending);
            }
            catch (CallFailedException exception) when (!throws)
            {
                _tally.NoteBegun();
                _tally.NoteEnded(new CallOutcome { LostBy = exception.Kind });
                return null;
            }
            finally
            {
                if (!isBegun)
                {
                    call.Dispose();
                    line.Dispose();
                }
            }
        }
    }

    private async Task TalkAsync(AnsweredCall answered, CancellationToken ending, CancellationToken now)
    {
        var (call, endpoint) = answered;
        // A call that is being set up when the run ends shows first that it can be.
        await UntilAsync(call.Settled, Timeout.InfiniteTimeSpan, now);
        if (call.Settled.IsCompleted) await UntilAsync(call.Ended, _plan.CallLength ?? Timeout.InfiniteTimeSpan, ending);
        _loop.HangUp(call);
        var outcome = await call.Ended;
        await endpoint.HangUpAsync();
        if (outcome is { SetUp: null, LostBy: null }) _tally.NoteAbandoned();
        else _tally.NoteEnded(outcome);
    }

    /// <summary>Waits for a task, or as long as it may.</summary>
    private async Task UntilAsync(Task task, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(limit, _time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // The caller looks what has become of it.
        }
    }

    private RtcPeerConfig ConfigOf(LoadLine line) => new()
    {
        Certificate = _certificate,
        LocalCandidates = [.. _local.Select(address => TransportAddress.From(address, line.UdpPort))],
        ConnectsTcp = _plan.ForcesTcp,
    };

    private sealed record AnsweredCall(LoadCall Call, CallEndpoint Endpoint);
}
