using Microsoft.Extensions.Logging;
using Parley.Realtime;
using Parley.Rtc;
using Parley.Rtc.Dtls;
using Parley.Rtc.Sdp;
using Parley.Speech;
using Parley.Transceiver.Models;
using Parley.Transceiver.Routing;

namespace Parley.Transceiver;

/// <summary>Makes calls from offers. Thread-safe as far as its random source is.</summary>
internal sealed class CallFactory(
    DtlsCertificate certificate, IReadOnlyList<TransportAddress> candidates, TransceiverConfig config,
    IRandomSource random, IModelStarter starter, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Longer than any guess: 24 characters of 5 bits.</summary>
    private const int IdLength = 24;

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
            Certificate = certificate,
            LocalCandidates = candidates,
            ConnectTimeout = config.ConnectTimeout,
            ConsentTimeout = config.ConsentTimeout,
            NegotiatedChannelId = call.NegotiatedChannelId,
        };
        if (!RtcPeer.TryAnswer(offer, peerConfig, random, now, out var peer, out error)) return false;
        // The bell rings only after the call was adopted, so the entry is there by then.
        CallEntry? posted = null;
        var bell = new ModelBell(() => posted!.PostModels());
        var pipeline = new ReplyPipeline(call.Models, time, logger: _pipelineLogger);
        var models = new ModelPort(call.Models, pipeline, starter, _blocks, bell, _modelLogger);
        var id = "rtc_" + random.NextString("abcdefghijklmnopqrstuvwxyz234567", IdLength);
        var session = new RealtimeSession(call.Session, random, now);
        entry = posted = new CallEntry(new Call(id, peer, session, models, random.NextUInt32(), now));
        return true;
    }
}
