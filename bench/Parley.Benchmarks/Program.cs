using System.ComponentModel;
using Parley.Benchmarks;
using Parley.Benchmarks.Audio;
using Parley.Benchmarks.Calls;
using Parley.Benchmarks.Recognizer;
using Parley.Benchmarks.Results;
using Parley.Benchmarks.Rtc;
using Parley.Speech;

IReadOnlyList<IBenchmark> benchmarks = [new RtcBenchmark(), new AudioBenchmark(), new RecognizerBenchmark(), new CallBenchmark()];

var isJson = args.Contains("--json");
var names = args.Where(argument => argument != "--json").ToList();
var benchmark = names.Count == 1 ? benchmarks.FirstOrDefault(each => each.Name == names[0]) : null;
if (benchmark is null)
{
    Console.Error.WriteLine("usage: parley bench NAME [--json]");
    foreach (var each in benchmarks) Console.Error.WriteLine($"  {each.Name,-12}{each.Summary}");
    return 2;
}
try
{
    var results = await benchmark.RunAsync(CancellationToken.None);
    if (isJson) ResultJson.Write(Console.OpenStandardOutput(), results);
    else ResultTable.Write(Console.Out, benchmark, results);
    return 0;
}
catch (Exception e) when (e is SpeechException or DllNotFoundException or Win32Exception)
{
    // A library or a program of the system is missing; the message says which.
    Console.Error.WriteLine($"parley bench {benchmark.Name}: {e.Message}");
    return 1;
}
