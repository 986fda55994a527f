using Parley.Benchmarks.Measuring;
using Parley.Benchmarks.Results;
using Parley.Speech;
using Parley.Transceiver.Rig;

namespace Parley.Benchmarks.Calls;

/// <summary>How fast a whole call runs when nothing waits for a clock.</summary>
internal sealed class CallBenchmark : IBenchmark
{
    private const int WarmUps = 5;
    private const int Runs = 9;

    public string Name => "call";

    public string Summary => "a whole call on virtual time, both ends, over a bad network: how much faster than real time";

    public IReadOnlyList<string> Notes =>
    [
        "10 % loss, 80 ms delay and 30 ms jitter each way; scripted models, so that their cost is not in it. Handshake, question, answer,",
        $"a story that is interrupted, hang-up. The median of {Runs} calls, each with a seed of its own.",
    ];

    public async Task<IReadOnlyList<BenchmarkResult>> RunAsync(CancellationToken cancellationToken)
    {
        var question = await SpokenText.SpeakAsync("What time is it?", cancellationToken);
        var wish = await SpokenText.SpeakAsync("Tell me a long story.", cancellationToken);
        var interruption = await SpokenText.SpeakAsync("Stop it please.", cancellationToken);
        for (ulong seed = 1; seed <= WarmUps; seed++) Play(seed);

        List<Scene> scenes = [];
        var cpu = await ProcessorTime.OfAsync(() =>
        {
            for (ulong seed = 1; seed <= Runs; seed++) scenes.Add(Play(seed));
            return Task.CompletedTask;
        });
        return
        [
            new("speed", Median(scenes, scene => scene.Ratio), "times real time", Goal: Goal.AtLeast(60)),
            new("length", Median(scenes, scene => scene.End.TotalMilliseconds / 1000), "s of call"),
            new("cpu", cpu.TotalMilliseconds / scenes.Sum(scene => scene.End.TotalMilliseconds / 1000), "ms/s of call"),
            new("interruption.silence-after", Median(scenes, scene => (scene.FellSilent - scene.Interrupted).TotalMilliseconds), "ms, virtual"),
        ];

        Scene Play(ulong seed) => Scene.Play(seed, time => ScriptedModels.Create(
            new ScriptedRecognizer("what time is it", "tell me a story", "stop"), new ScriptedChat(Answer, time)), question, wish, interruption);
    }

    private static string Answer(string question) => question switch
    {
        "what time is it" => "It is noon, my friend, sharp.",
        "tell me a story" => string.Join(' ', Enumerable.Range(0, 40).Select(i => $"Once upon a time there was number {i}.")),
        _ => "Alright.",
    };

    private static double Median(List<Scene> scenes, Func<Scene, double> figure) => scenes.Select(figure).Order().ElementAt(scenes.Count / 2);
}
