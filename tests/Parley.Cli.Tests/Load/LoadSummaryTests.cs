using System.Text.Json;
using Parley.Cli.Load;

namespace Parley.Cli.Tests.Load;

public sealed class LoadSummaryTests
{
    private static readonly LoadPlan Plan = new() { Calls = 2, Duration = TimeSpan.FromSeconds(10), Ramp = 20 };

    [Fact]
    public void The_document_tells_what_became_of_the_calls()
    {
        var json = Read(LoadSummary.ToJson("http://h/v1/realtime/calls", Plan, Report(), "2 of 6 calls were lost."));
        Assert.False(json.GetProperty("ok").GetBoolean());
        Assert.Equal("2 of 6 calls were lost.", json.GetProperty("error").GetString());
        Assert.Equal(2, json.GetProperty("calls").GetInt32());
        Assert.Equal(12_345, json.GetProperty("duration_ms").GetDouble());
        Assert.Equal((6, 2, 2, 4, 1), (Int("begun"), Int("ended"), Int("lost"), Int("refused"), Int("abandoned")));
        Assert.Equal(1, json.GetProperty("lost_by").GetProperty("consent_expired").GetInt32());
        Assert.Equal(1, json.GetProperty("lost_by").GetProperty("answered_500").GetInt32());
        Assert.Equal(20, json.GetProperty("connected_ms").GetProperty("p50").GetDouble());
        Assert.Equal(60, json.GetProperty("connected_ms").GetProperty("max").GetDouble());
        Assert.Equal(25, json.GetProperty("first_media_ms").GetProperty("max").GetDouble());
        Assert.Equal(22, json.GetProperty("longest_silence_ms").GetProperty("p50").GetDouble());
        Assert.Equal(340, json.GetProperty("longest_silence_ms").GetProperty("p95").GetDouble());
        Assert.Equal(3, json.GetProperty("caller_standstill_ms").GetDouble());
        var frames = json.GetProperty("frames");
        Assert.Equal((400, 380), (frames.GetProperty("sent").GetInt32(), frames.GetProperty("received").GetInt32()));
        Assert.Equal(0.05, frames.GetProperty("lost_ratio").GetDouble());
        Assert.Equal(0.01, frames.GetProperty("remote_lost_ratio").GetDouble());

        int Int(string name) => json.GetProperty(name).GetInt32();
    }

    [Fact]
    public void What_never_began_is_a_document_too()
    {
        var json = Read(LoadSummary.ToJson("http://h", Plan, null, "http://h cannot be reached."));
        Assert.False(json.GetProperty("ok").GetBoolean());
        Assert.Equal(0, json.GetProperty("begun").GetInt32());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("frames").ValueKind);
    }

    [Fact]
    public void People_read_the_same()
    {
        var output = new StringWriter();
        LoadSummary.Print(output, Report());
        var text = output.ToString();
        Assert.Contains("12.3 s: 6 calls begun, 2 ended as planned, 2 lost; 4 offers refused for now, 1 calls given up", text, StringComparison.Ordinal);
        Assert.Contains("lost: 1 consent_expired", text, StringComparison.Ordinal);
        Assert.Contains("lost 5.00 % of what was sent to us, 1.00 % of ours", text, StringComparison.Ordinal);
        Assert.Equal(
            "    12 s  1 up, 6 begun, 2 ended, 2 lost, 4 refused; longest silence 41 ms", LoadSummary.Progress(Report(), TimeSpan.FromMilliseconds(41)));
    }

    [Fact]
    public void A_share_of_the_times_is_at_or_below_its_quantile()
    {
        var spread = Spread.Of(Enumerable.Range(1, 200).Reverse().Select(i => (TimeSpan?)TimeSpan.FromMilliseconds(i)).Append(null));
        Assert.Equal([100, 190, 198, 200], new[] { spread.P50, spread.P95, spread.P99, spread.Max }.Select(time => time!.Value.TotalMilliseconds));
        Assert.Equal(default, Spread.Of([null]));
    }

    private static LoadReport Report() => new()
    {
        Elapsed = TimeSpan.FromSeconds(12.345),
        Begun = 6,
        Refused = 4,
        Abandoned = 1,
        CallerStandstill = TimeSpan.FromMilliseconds(3),
        Outcomes =
        [
            new CallOutcome { SetUp = Ms(20), FirstMedia = Ms(25), LongestSilence = Ms(22), FramesSent = 100, FramesReceived = 100 },
            new CallOutcome { SetUp = Ms(10), FirstMedia = Ms(15), LongestSilence = Ms(21), FramesSent = 100, FramesReceived = 100, RemoteFramesLost = 4 },
            new CallOutcome { LostBy = "consent_expired", SetUp = Ms(60), FirstMedia = Ms(25), LongestSilence = Ms(340), FramesSent = 200, FramesReceived = 180, FramesLost = 20 },
            new CallOutcome { LostBy = "answered_500" },
        ],
    };

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static JsonElement Read(string json) => JsonElement.Parse(json);
}
