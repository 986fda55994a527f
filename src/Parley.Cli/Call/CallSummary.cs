using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Audio;
using Parley.Rtc;
using Parley.Transceiver.Caller;

namespace Parley.Cli.Call;

/// <summary>What came of a call, for people and for scripts.</summary>
internal static class CallSummary
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Line(int number, TurnReport turn)
    {
        var answer = turn switch
        {
            { Latency: { } latency, AnswerLength: { } length } => FormattableString.Invariant($"answered after {latency.TotalMilliseconds:0} ms, for {length.TotalSeconds:0.0} s"),
            { Latency: { } latency } => FormattableString.Invariant($"answered after {latency.TotalMilliseconds:0} ms"),
            { IsOverlapped: true } => "heard before its end",
            _ => "not answered",
        };
        return FormattableString.Invariant($"{number}  {Terminal.OneLine(turn.Label)}: {answer}");
    }

    public static void Print(TextWriter output, CallRecord record)
    {
        output.WriteLine(FormattableString.Invariant(
            $"  {record.Duration.TotalSeconds:0.0} s; {(record.Network is null ? "connection" : "answer to the offer")} {record.AnswerTook.TotalMilliseconds:0} ms, connected {Milliseconds(record.Connected)}, session {Milliseconds(record.SessionCreated)}"));
        if (record is { Network: { } network, Playout: { } playout }) Print(output, network, playout);
    }

    private static void Print(TextWriter output, PeerStats network, PlayoutStats playout)
    {
        var expected = network.PacketsReceived + network.PacketsLost;
        var lost = expected > 0 ? 100.0 * network.PacketsLost / expected : 0;
        var lostThere = network.PacketsSent > 0 ? 100.0 * network.RemotePacketsLost / network.PacketsSent : 0;
        output.WriteLine(FormattableString.Invariant(
            $"  round trip {Milliseconds(network.RoundTripTime)}, jitter {network.Jitter.TotalMilliseconds:0.0} ms; lost {lost:0.0} % of what was sent to us, {lostThere:0.0} % of ours"));
        output.WriteLine(FormattableString.Invariant(
            $"  playout delay {playout.CurrentDelay.TotalMilliseconds:0} ms; {100 * playout.ConcealmentRatio:0.0} % made up; {network.PayloadBytesSent / 1024.0:0.0} KiB of audio sent, {network.PayloadBytesReceived / 1024.0:0.0} KiB received"));
    }

    public static string ToJson(string url, string? callId, CallRecord? record, string? error, string? recordedTo, bool withTranscripts) => JsonSerializer.Serialize(
        new
        {
            ok = error is null,
            error,
            url,
            call_id = callId,
            answer_ms = Round(record?.AnswerTook),
            connected_ms = Round(record?.Connected),
            session_ms = Round(record?.SessionCreated),
            duration_ms = Round(record?.Duration),
            recorded_to = recordedTo,
            turns = (record?.Turns ?? []).Select(turn => Turn(turn, withTranscripts)),
            network = record?.Network is { } network ? Network(network) : null,
            playout = record?.Playout is { } playout ? Playout(playout) : null,
        },
        Indented);

    private static object Turn(TurnReport turn, bool withTranscripts) => withTranscripts
        ? new { label = turn.Label, latency_ms = Round(turn.Latency), overlapped = turn.IsOverlapped, answer_ms = Round(turn.AnswerLength), understood = turn.Understood, answer = turn.Answer }
        : new { label = turn.Label, latency_ms = Round(turn.Latency), overlapped = turn.IsOverlapped, answer_ms = Round(turn.AnswerLength) };

    private static object Network(PeerStats network) => new
    {
        round_trip_ms = Round(network.RoundTripTime),
        jitter_ms = Round(network.Jitter),
        packets_sent = network.PacketsSent,
        packets_received = network.PacketsReceived,
        packets_lost = network.PacketsLost,
        remote_packets_lost = network.RemotePacketsLost,
        audio_bytes_sent = network.PayloadBytesSent,
        audio_bytes_received = network.PayloadBytesReceived,
    };

    private static object Playout(PlayoutStats playout) => new
    {
        target_delay_ms = Round(playout.TargetDelay),
        delay_ms = Round(playout.CurrentDelay),
        concealed_ratio = Math.Round(playout.ConcealmentRatio, 5),
        concealed_samples = playout.ConcealedSamples,
        recovered_samples = playout.RecoveredSamples,
        accelerated_samples = playout.AcceleratedSamples,
        expanded_samples = playout.ExpandedSamples,
        late_packets = playout.LatePackets,
        discarded_packets = playout.DiscardedPackets,
    };

    private static double? Round(TimeSpan? time) => time is { } known ? Math.Round(known.TotalMilliseconds, 1) : null;

    private static string Milliseconds(TimeSpan? time) =>
        time is { } known ? FormattableString.Invariant($"{known.TotalMilliseconds:0.#} ms") : "unknown";
}
