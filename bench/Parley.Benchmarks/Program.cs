using System.ComponentModel;
using Parley.Benchmarks;
using Parley.Benchmarks.Audio;
using Parley.Benchmarks.Calls;
using Parley.Benchmarks.Echo;
using Parley.Benchmarks.Echo.Sockets;
using Parley.Benchmarks.Recognizer;
using Parley.Benchmarks.Relay;
using Parley.Benchmarks.Results;
using Parley.Benchmarks.Rtc;
using Parley.Benchmarks.Sessions;
using Parley.Speech;

IReadOnlyList<IBenchmark> benchmarks = [new RtcBenchmark(), new AudioBenchmark(), new RecognizerBenchmark(), new CallBenchmark(), new EchoBenchmark(), new SessionsBenchmark(), new RelayBenchmark(), new RelayStartBenchmark()];

if (args is [UdpEcho.Verb])
{
    UdpEcho.Run();
    return 0;
}
if (args is [SessionsServer.Verb, var maxSessions])
{
    await SessionsServer.RunAsync(int.Parse(maxSessions, System.Globalization.CultureInfo.InvariantCulture));
    return 0;
}
if (args is [RelayProcess.Verb, .. var settings])
{
    RelayProcess.Run(settings);
    return 0;
}
var isJson = args.Contains("--json");
var arguments = args.Where(argument => argument != "--json").ToList();
var benchmark = benchmarks.FirstOrDefault(each => each.Name == arguments.FirstOrDefault());
if (benchmark?.TryConfigure([.. arguments.Skip(1)]) != true)
{
    Console.Error.WriteLine("usage: parley bench NAME [--json] [OPTIONS]");
    foreach (var each in benchmarks)
    {
        Console.Error.WriteLine($"  {each.Name,-12}{each.Summary}");
        if (each.Usage.Length > 0) Console.Error.WriteLine($"  {"",-12}{each.Usage}");
    }
    return 2;
}
try
{
    var results = await benchmark.RunAsync(CancellationToken.None);
    if (isJson) ResultJson.Write(Console.OpenStandardOutput(), results);
    else ResultTable.Write(Console.Out, benchmark, results);
    return 0;
}
catch (Exception e) when (e is SpeechException or DllNotFoundException or Win32Exception or BenchmarkException)
{
    // A library or a program of the system is missing, or it is too small; the message says which.
    Console.Error.WriteLine($"parley bench {benchmark.Name}: {e.Message}");
    return 1;
}
