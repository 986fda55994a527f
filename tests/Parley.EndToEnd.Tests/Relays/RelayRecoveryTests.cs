using Parley.EndToEnd.Tests.Phones;
using Parley.EndToEnd.Tests.RealClients;

namespace Parley.EndToEnd.Tests.Relays;

/// <summary>
/// Calls through relays that die, come back or do not, and clients that move: on hosts of their own, behind 20 ms of delay with jitter and loss. What is
/// heard is the echo of a sound without pauses. The figures are printed; asserted is only that the call was heard on, since other work may share the machine.
/// </summary>
public sealed class RelayRecoveryTests(ITestOutputHelper output)
{
    private const string Link = "--delay 20 --jitter 5 --loss 0.2";
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(120);

    /// <summary>What is one gap to a listener who says "hello?".</summary>
    private const double LongestGapMs = 3000;

    [Fact]
    public async Task A_relay_that_is_killed_and_started_again_is_hardly_heard()
    {
        const int Kills = 20;
        await using var lab = await NetworkLab.CreateAsync(Link);
        await using var fleet = await RelayFleet.StartAsync(lab, "echo");
        await using var call = await CallAsync(fleet, "relay-restart", seconds: 8 + Kills * 1.6);
        for (var i = 0; i < Kills; i++)
        {
            await PassAsync(1.5);
            await fleet.Relay(0).KillSupervisedAsync();
        }
        var gaps = await HeardAsync(call, "relay-restart");
        var p95 = gaps.Count == 0 ? 0 : gaps[Math.Min(gaps.Count - 1, Kills / 20)];
        output.WriteLine($"relay killed {Kills} times: gaps {string.Join(' ', gaps.Take(Kills).Select(gap => $"{gap:0}"))} ms, p95 {p95:0} ms");
    }

    [Fact]
    public async Task A_relay_that_is_killed_in_silence_or_between_words_costs_no_word()
    {
        const int Kills = 10;
        const double Part = 1;
        await using var lab = await NetworkLab.CreateAsync(Link);
        await using var fleet = await RelayFleet.StartAsync(lab, "echo");
        await using var call = await CallAsync(fleet, "relay-silence", 8 + Kills * 1.7, Part);
        for (var i = 0; i < Kills; i++)
        {
            // Now in a word, now in a silence.
            await PassAsync(1.6);
            await fleet.Relay(0).KillSupervisedAsync();
        }
        var code = await call.EndAsync(CallLimit);
        Assert.True(code == 0, call.Printed);
        var sounds = SteadySound.SoundsIn(Checkout.Artifact("relay-silence.wav"));
        output.WriteLine($"relay killed {Kills} times: of words of {Part * 1000:0} ms with pauses as long were heard {string.Join(' ', sounds.Select(sound => $"{sound:0}"))} ms");
        Assert.InRange(sounds.Count, Kills - 2, Kills + 6);
        Assert.True(sounds[0] > Part * 500, "Half a word was lost.");
    }

    [Fact]
    public async Task When_a_relay_never_comes_back_the_call_goes_on_by_the_other()
    {
        await using var lab = await NetworkLab.CreateAsync(Link);
        await using var fleet = await RelayFleet.StartAsync(lab, "echo");
        await using var call = await CallAsync(fleet, "relay-lost", seconds: 45);
        await PassAsync(4);
        fleet.Relay(0).Kill();
        var code = await call.EndAsync(CallLimit);
        Assert.True(code == 0, call.Printed);
        var gaps = SteadySound.GapsIn(Checkout.Artifact("relay-lost.wav"));
        var span = SteadySound.SpanIn(Checkout.Artifact("relay-lost.wav"));
        output.WriteLine($"relay lost for good: longest gap {SteadySound.Longest(gaps):0} ms, heard from {span.Start:0.0} s to {span.End:0.0} s");
        Assert.True(span.End > 40, "Nothing was heard after the relay was lost.");
    }

    [Fact]
    public async Task A_client_that_moves_in_mid_sentence_is_heard_on()
    {
        await using var lab = await NetworkLab.CreateAsync(Link);
        await using var fleet = await RelayFleet.StartAsync(lab, "echo");
        await using var call = await CallAsync(fleet, "client-moves", seconds: 14);
        await PassAsync(4);
        await lab.MoveClientAsync();
        var gaps = await HeardAsync(call, "client-moves");
        output.WriteLine($"client moved to another address: longest gap {SteadySound.Longest(gaps):0} ms");
    }

    [Fact]
    public async Task Over_tcp_through_a_relay_the_call_is_the_same()
    {
        await using var lab = await NetworkLab.CreateAsync(Link);
        await using var fleet = await RelayFleet.StartAsync(lab, "echo");
        await using var call = await CallAsync(fleet, "relay-tcp", seconds: 8, "--tcp");
        await HeardAsync(call, "relay-tcp");
    }

    [Fact]
    public async Task Libwebrtc_talks_through_a_relay_and_hangs_up_at_another_node()
    {
        await using var lab = await NetworkLab.CreateAsync(Link);
        await using var fleet = await RelayFleet.StartAsync(lab, "models");
        var report = await ClientProgram.RunAsync((program, arguments) => lab.Client.On(program, arguments), "fleet-peer.mjs", RelayFleet.Url, 48_000);
        Assert.Equal("Count to ten.", report.Root.GetProperty("transcript").GetString());
        Assert.Equal(200, report.Root.GetProperty("hangup").GetInt32());
        var heard = Phrase.ToRecording(report.Root.GetProperty("heard"));
        Assert.True(heard.SpeechShare(0, heard.Seconds) > 0.2, "What was heard is not speech.");
    }

    [Fact]
    public async Task Chromium_talks_through_a_relay()
    {
        await using var lab = await NetworkLab.CreateAsync(Link);
        await using var fleet = await RelayFleet.StartAsync(lab, "models");
        var speaker = new Timeline().Says("Count to ten.", 4, "en-us");
        var call = await BrowserCall.MakeAsync(RelayFleet.Url, (program, arguments) => lab.Client.On(program, arguments), "chromium", speaker, 13, "relay-chromium");
        // The page says goodbye in two ways, and here the call is often over before the one by HTTP has come to its node: 404.
        Assert.DoesNotContain(call.PageFaults, fault => !fault.Contains("404", StringComparison.Ordinal));
        Assert.Equal(["Count to ten."], call.UserTranscripts);
        var question = call.Microphone.Sounds()[0];
        var answer = call.Agent.Sounds(gap: 1).First(sound => sound.Start > question.End);
        Assert.True(call.Agent.SpeechShare(answer.Start, answer.End) > 0.5, "What was heard is not speech.");
        output.WriteLine($"Chromium through a relay, voice to voice: {(answer.Start - question.End) * 1000:0} ms");
    }

    /// <summary>Begins a call and returns when its echo can be expected.</summary>
    private static Task<LabProcess> CallAsync(RelayFleet fleet, string name, double seconds, params string[] options) => CallAsync(fleet, name, seconds, part: null, options);

    private static async Task<LabProcess> CallAsync(RelayFleet fleet, string name, double seconds, double? part, params string[] options)
    {
        var microphone = Checkout.Artifact($"{name}-microphone.wav");
        SteadySound.Write(microphone, seconds, part);
        var call = fleet.Call(microphone, Checkout.Artifact($"{name}.wav"), options);
        await PassAsync(3);
        Assert.False(call.HasEnded, $"{call.Printed}\n{fleet.Printed}");
        return call;
    }

    private static async Task<IReadOnlyList<double>> HeardAsync(LabProcess call, string name)
    {
        var code = await call.EndAsync(CallLimit);
        Assert.True(code == 0, call.Printed);
        var recording = Checkout.Artifact($"{name}.wav");
        var span = SteadySound.SpanIn(recording);
        Assert.True(span.End - span.Start > 4, $"Heard from {span.Start:0.0} s to {span.End:0.0} s only.");
        var gaps = SteadySound.GapsIn(recording);
        Assert.True(SteadySound.Longest(gaps) < LongestGapMs, $"A gap of {SteadySound.Longest(gaps):0} ms.");
        return gaps;
    }

    /// <summary>These tests are about a call that lasts: real time has to pass.</summary>
    private static Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);
}
