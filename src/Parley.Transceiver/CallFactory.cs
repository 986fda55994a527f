using Microsoft.Extensions.Logging;
using Parley.Net.Routes;
using Parley.Realtime;
using Parley.Rtc;
using Parley.Rtc.Ice;
using Parley.Rtc.Sdp;
using Parley.Speech;
using Parley.Transceiver.Echo;
using Parley.Transceiver.Models;
using Parley.Transceiver.Routing;
using Parley.Transceiver.Sockets;

namespace Parley.Transceiver;

/// <summary>Makes calls from offers. Thread-safe as far as its random source is.</summary>
internal sealed class CallFactory(
    CallCertificate certificate, IReadOnlyList<TransportAddress> candidates, TransceiverConfig config,
    IRandomSource random, IModelStarter starter, TimeProvider time, ILoggerFactory loggers)
{
    private readonly RouteSealer _routes = config.Routes ?? new RouteSealer(RouteKeyRing.Create(random, time.GetUtcNow()), time, random);
    private readonly UtteranceAudio.BlockPool _blocks = new();
    private readonly ILogger _modelLogger = loggers.CreateLogger("Parley.Transceiver.Models");
    private readonly ILogger<ReplyPipeline> _pipelineLogger = loggers.CreateLogger<ReplyPipeline>();

    public bool TryCreate(
        string offer, CallConfig call, Instant now,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CallEntry? entry,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out SdpError? error)
    {
        entry = null;
        var peerConfig = new RtcPeerConfig
        {
            Certificate = certificate.Current,
            LocalCandidates = call.Candidates ?? candidates,
            ConnectTimeout = config.ConnectTimeout,
            ConsentTimeout = config.ConsentTimeout,
            NegotiatedChannelId = call.NegotiatedChannelId,
            DrawCredentials = DrawCredentials,
        };
        if (!RtcPeer.TryAnswer(offer, peerConfig, random, now, out var peer, out error)) return false;
        var id = config.Node.Create(random);
        entry = call.Models is { } models
            ? Conversation(id, peer, call, models, now)
            : new CallEntry(new EchoCall(id, peer, random.NextUInt32(), now));
        return true;
    }

    /// <summary>A call whose audio travels within its events.</summary>
    /// <param name="ring">Called, from any thread, when models have brought something.</param>
    public SocketCall CreateSocketCall(CallConfig call, Action ring, Instant now)
    {
        var port = Port(call.Models ?? throw new ArgumentException("An echo has no events.", nameof(call)), ring);
        return new SocketCall(Session(call, call.Session with { AudioPath = AudioPath.Events }, now), port, now);
    }

    private IceCredentials DrawCredentials()
    {
        var (ufrag, password) = _routes.Seal(config.Node.Cluster, config.Node.Node, config.RouteLifetime);
        return new IceCredentials(ufrag, password);
    }

    private CallEntry Conversation(string id, RtcPeer peer, CallConfig call, ModelSet models, Instant now)
    {
        // The bell rings only after the call was adopted, so the entry is there by then.
        CallEntry entry = null!;
        var maxEventLength = peer.HasDataChannels ? peer.MaxMessageLength : int.MaxValue;
        var session = Session(call, call.Session with { MaxServerEventLength = maxEventLength }, now);
        return entry = new CallEntry(new Call(id, peer, session, Port(models, () => entry.PostModels()), random.NextUInt32(), now));
    }

    private RealtimeSession Session(CallConfig call, RealtimeSessionConfig config, Instant now) =>
        call.Resumed is { } resumed ? RealtimeSession.Resume(resumed, config, random, now) : new RealtimeSession(config, random, now);

    private ModelPort Port(ModelSet models, Action ring)
    {
        var pipeline = new ReplyPipeline(models, time, logger: _pipelineLogger);
        return new ModelPort(models, pipeline, starter, _blocks, new ModelBell(ring), _modelLogger);
    }
}
