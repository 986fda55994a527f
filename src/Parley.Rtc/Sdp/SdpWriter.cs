using System.Text;

namespace Parley.Rtc.Sdp;

/// <summary>Writes our offers and answers: CRLF after every line, the last one included. (RFC 8866 §5, RFC 8829 §5.2, §5.3)</summary>
internal sealed class SdpWriter
{
    /// <summary>The payload type and mids of our own offers. (RFC 3551 §6: dynamic types from 96)</summary>
    public const byte OfferedPayloadType = 111;
    public const ushort SctpPort = 5000;
    private const string OfferedAudioMid = "0";
    private const string OfferedApplicationMid = "1";
    private const string SecureProfile = "UDP/TLS/RTP/SAVPF";
    private const string DataProtocol = "UDP/DTLS/SCTP";

    private static readonly RemoteAudio OfferedAudio = new()
    {
        Index = 0,
        Mid = OfferedAudioMid,
        PayloadType = OfferedPayloadType,
        Direction = SdpDirection.SendReceive,
        IsReducedSizeRtcp = true,
        Features = AudioFeatures.Offered,
    };

    private readonly StringBuilder _text = new();
    private readonly LocalDescription _local;

    private SdpWriter(LocalDescription local) => _local = local;

    public static string WriteAnswer(SdpOffer offer, LocalDescription local)
    {
        var writer = new SdpWriter(local);
        writer.WriteSession(offer.Bundle);
        var remote = offer.Remote;
        // Candidates belong to the section that tags the bundle, which is the audio section in every usual offer. (RFC 8843 §7.1.4)
        var tagged = offer.Bundle.Length > 0 ? offer.Bundle[0] : remote.Audio.Mid;
        for (var i = 0; i < offer.Document.Media.Count; i++)
        {
            var media = offer.Document.Media[i];
            if (i == remote.Audio.Index)
                writer.WriteAudio(media.Protocol, remote.Audio with { Direction = remote.Audio.Direction.Reversed() }, media.Mid == tagged);
            else if (i == remote.Application?.Index) writer.WriteApplication(media.Protocol, media.Mid, remote.Application.IsOldForm, media.Mid == tagged);
            else writer.WriteRejected(media);
        }
        return writer._text.ToString();
    }

    public static string WriteOffer(LocalDescription local)
    {
        var writer = new SdpWriter(local);
        writer.WriteSession([OfferedAudioMid, OfferedApplicationMid]);
        writer.WriteAudio(SecureProfile, OfferedAudio, hasCandidates: true);
        writer.WriteApplication(DataProtocol, OfferedApplicationMid, isOldForm: false, hasCandidates: false);
        return writer._text.ToString();
    }

    private void WriteSession(string[] bundle)
    {
        Line("v=0");
        Line($"o=- {_local.SessionId} {_local.SessionVersion} IN IP4 127.0.0.1");
        Line("s=-");
        Line("t=0 0");
        if (bundle.Length > 0) Line($"a=group:BUNDLE {string.Join(' ', bundle)}");
        // A full agent takes candidates that come later; a lite one has no use for any. (RFC 8840 §4.1.1)
        Line(_local.IsIceLite ? "a=ice-lite" : "a=ice-options:trickle");
        Line($"a=fingerprint:{_local.Fingerprint}");
    }

    /// <param name="audio">What both sides may use; an answer says it back as it was offered. (RFC 3264 §6.1, RFC 8285 §7)</param>
    private void WriteAudio(string protocol, RemoteAudio audio, bool hasCandidates)
    {
        var (opus, features) = (audio.PayloadType, audio.Features);
        // Opus comes first: who understands RED and would rather not send it always is free to.
        Line($"m=audio 9 {protocol} {opus}{(features.RedPayloadType is { } format ? $" {format}" : "")}");
        WriteTransport(audio.Mid);
        foreach (var (id, uri) in features.Extensions.All()) Line($"a=extmap:{id} {uri}");
        if (features.AllowsMixedExtensions) Line("a=extmap-allow-mixed");
        Line($"a={audio.Direction.Name()}");
        Line($"a=msid:{_local.Cname} audio");
        Line("a=rtcp-mux");
        if (audio.IsReducedSizeRtcp) Line("a=rtcp-rsize");
        Line($"a=rtpmap:{opus} opus/48000/2");
        if (_local.Opus.Format() is { Length: > 0 } parameters) Line($"a=fmtp:{opus} {parameters}");
        if (features.HasTransportFeedback) Line($"a=rtcp-fb:{opus} transport-cc");
        if (features.HasNack) Line($"a=rtcp-fb:{opus} nack");
        if (features.RedPayloadType is { } red)
        {
            Line($"a=rtpmap:{red} red/48000/2");
            Line($"a=fmtp:{red} {opus}/{opus}");
        }
        if (_local.Opus.PacketTime is { } packetTime) Line($"a=ptime:{packetTime}");
        if (_local.Opus.MaxPacketTime != OpusParameters.Default.MaxPacketTime) Line($"a=maxptime:{_local.Opus.MaxPacketTime}");
        Line($"a=ssrc:{_local.AudioSsrc} cname:{_local.Cname}");
        Line($"a=ssrc:{_local.AudioSsrc} msid:{_local.Cname} audio");
        if (hasCandidates) WriteCandidates();
    }

    private void WriteApplication(string protocol, string? mid, bool isOldForm, bool hasCandidates)
    {
        Line($"m=application 9 {protocol} {(isOldForm ? SctpPort : "webrtc-datachannel")}");
        WriteTransport(mid);
        Line(isOldForm ? $"a=sctpmap:{SctpPort} webrtc-datachannel {ushort.MaxValue}" : $"a=sctp-port:{SctpPort}");
        Line($"a=max-message-size:{_local.MaxMessageSize}");
        if (_local.SctpInit is { } init && !isOldForm) Line($"a=sctp-init:{init}");
        if (hasCandidates) WriteCandidates();
    }

    private void WriteTransport(string? mid)
    {
        Line("c=IN IP4 0.0.0.0");
        if (mid is not null) Line($"a=mid:{mid}");
        Line($"a=ice-ufrag:{_local.IceUfrag}");
        Line($"a=ice-pwd:{_local.IcePassword}");
        Line($"a=setup:{_local.Setup switch { SdpSetup.Active => "active", SdpSetup.Passive => "passive", _ => "actpass" }}");
    }

    private void WriteCandidates()
    {
        for (var i = 0; i < _local.Candidates.Count; i++) Line($"a=candidate:{SdpCandidate.WriteHost(_local.Candidates[i], i)}");
        Line("a=end-of-candidates");
    }

    /// <summary>
    /// A refused section keeps its place and its mid; port 0 says no. (RFC 3264 §6, RFC 8829 §5.3.1) What else is written has no
    /// meaning there, but aiortc and werift read a refused section like any other and need its transport and a codec of theirs.
    /// </summary>
    private void WriteRejected(SdpMedia media)
    {
        var (format, lines) = ChooseRefusedFormat(media);
        Line($"m={media.Kind} 0 {media.Protocol} {format}");
        WriteTransport(media.Mid);
        Line("a=inactive");
        if (media.Attributes.Has("rtcp-mux")) Line("a=rtcp-mux");
        foreach (var line in lines) Line(line);
    }

    /// <summary>One format is enough in a refused section (RFC 3264 §6): the first that has a name, with its lines.</summary>
    private static (string Format, IEnumerable<string> Lines) ChooseRefusedFormat(SdpMedia media)
    {
        foreach (var format in media.Formats)
        {
            var start = format + " ";
            if (media.Attributes.All("rtpmap").FirstOrDefault(map => map.StartsWith(start, StringComparison.Ordinal)) is not { } map) continue;
            var parameters = media.Attributes.All("fmtp").FirstOrDefault(value => value.StartsWith(start, StringComparison.Ordinal));
            return (format, parameters is null ? ["a=rtpmap:" + map] : ["a=rtpmap:" + map, "a=fmtp:" + parameters]);
        }
        return (media.Formats[0], []);
    }

    private void Line(string line) => _text.Append(line).Append("\r\n");
}
