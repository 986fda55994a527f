using System.Text.Encodings.Web;
using System.Text.Json;

namespace Parley.Cli.Load;

/// <summary>How a load goes and what came of it, for people and for scripts.</summary>
internal static class LoadSummary
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line while it goes.</summary>
    /// <param name="report">As it stands.</param>
    /// <param name="silence">The longest one of any call since the line before.</param>
    public static string Progress(LoadReport report, TimeSpan silence) => FormattableString.Invariant(
        $"{report.Elapsed.TotalSeconds,6:0} s  {report.Up} up, {report.Begun} begun, {report.Ended} ended, {report.Lost} lost, {report.Refused} refused; longest silence {silence.TotalMilliseconds:0} ms");

    public static void Print(TextWriter output, LoadReport report)
    {
        output.WriteLine(FormattableString.Invariant(
            $"{report.Elapsed.TotalSeconds:0.0} s: {report.Begun} calls begun, {report.Ended} ended as planned, {report.Lost} lost; {report.Refused} offers refused for now{(report.Abandoned > 0 ? $", {report.Abandoned} calls given up" : "")}"));
        foreach (var (reason, count) in report.LostBy) output.WriteLine(FormattableString.Invariant($"  lost: {count} {reason}"));
        output.WriteLine($"  connected after {Milliseconds(report.SetUp.P50)} (p50), {Milliseconds(report.SetUp.P99)} (p99), {Milliseconds(report.SetUp.Max)} (max)");
        output.WriteLine($"  first audio after {Milliseconds(report.FirstMedia.P50)} (p50), {Milliseconds(report.FirstMedia.P99)} (p99), {Milliseconds(report.FirstMedia.Max)} (max)");
        output.WriteLine($"  longest silence of a call {Milliseconds(report.LongestSilence.P50)} (p50), {Milliseconds(report.LongestSilence.P95)} (p95), {Milliseconds(report.LongestSilence.Max)} (max); the caller itself stood still for {Milliseconds(report.CallerStandstill)} at most");
        var frames = new FrameSums(report);
        output.WriteLine(FormattableString.Invariant(
            $"  {frames.Sent} frames sent, {frames.Received} received; lost {100 * frames.LostRatio:0.00} % of what was sent to us, {100 * frames.RemoteLostRatio:0.00} % of ours"));
    }

    /// <param name="url">Where calls were offered.</param>
    /// <param name="plan">What was asked for.</param>
    /// <param name="report">What came of it; null: nothing.</param>
    /// <param name="error">Why it failed; null: it did not.</param>
    public static string ToJson(string url, LoadPlan plan, LoadReport? report, string? error) => JsonSerializer.Serialize(
        new
        {
            ok = error is null,
            error,
            url,
            calls = plan.Calls,
            duration_ms = Round(report?.Elapsed),
            begun = report?.Begun ?? 0,
            ended = report?.Ended ?? 0,
            lost = report?.Lost ?? 0,
            lost_by = (report?.LostBy ?? []).ToDictionary(reason => reason.Reason, reason => reason.Count),
            refused = report?.Refused ?? 0,
            abandoned = report?.Abandoned ?? 0,
            connected_ms = report is null ? null : Times(report.SetUp),
            first_media_ms = report is null ? null : Times(report.FirstMedia),
            longest_silence_ms = report is null ? null : Times(report.LongestSilence),
            caller_standstill_ms = Round(report?.CallerStandstill),
            frames = report is null ? null : Frames(new FrameSums(report)),
        },
        Indented);

    private static object Times(Spread spread) => new { p50 = Round(spread.P50), p95 = Round(spread.P95), p99 = Round(spread.P99), max = Round(spread.Max) };

    private static object Frames(FrameSums frames) => new
    {
        sent = frames.Sent,
        received = frames.Received,
        lost = frames.Lost,
        lost_ratio = Math.Round(frames.LostRatio, 5),
        remote_lost = frames.RemoteLost,
        remote_lost_ratio = Math.Round(frames.RemoteLostRatio, 5),
    };

    private static double? Round(TimeSpan? time) => time is { } known ? Math.Round(known.TotalMilliseconds, 1) : null;

    private static string Milliseconds(TimeSpan? time) => time is { } known ? FormattableString.Invariant($"{known.TotalMilliseconds:0} ms") : "no time known";

    /// <summary>The frames of all calls together.</summary>
    private readonly struct FrameSums(LoadReport report)
    {
        public long Sent { get; } = report.Outcomes.Sum(outcome => outcome.FramesSent);

        public long Received { get; } = report.Outcomes.Sum(outcome => outcome.FramesReceived);

        public long Lost { get; } = report.Outcomes.Sum(outcome => outcome.FramesLost);

        public long RemoteLost { get; } = report.Outcomes.Sum(outcome => outcome.RemoteFramesLost);

        public double LostRatio => Lost == 0 ? 0 : (double)Lost / (Lost + Received);

        public double RemoteLostRatio => RemoteLost == 0 ? 0 : (double)RemoteLost / Sent;
    }
}
