using System.CommandLine;
using System.Net.Sockets;
using Parley.Cli.Call.Alsa;
using Parley.Transceiver.Caller;

namespace Parley.Cli.Call;

/// <summary><c>parley call</c>: calls a server of the Realtime API, speaks, and records what is answered.</summary>
internal static class CallCommand
{
    private const int Ok = 0;
    private const int Failed = 1;
    private const int Misuse = 2;

    private const string Description = """
        Call a server of the Realtime API over WebRTC, or over a WebSocket where the URL begins with ws, speak, hear the answer
        out, and measure how long it took.

        Examples:
          parley call http://localhost:8080 --say "What time is it?" --out answer.wav
          parley call http://localhost:8080 --in question.wav --in reply.wav --json
          parley call https://api.openai.com/v1/realtime/calls?model=gpt-realtime --in question.wav -v
          parley call ws://localhost:8080 --say "What time is it?"
          parley call http://localhost:8080 --mic --speaker

        It hangs up by itself when the last answer is over. Exit code: 0 all turns were answered, 1 the call failed, 2 it
        was not understood what to do.
        """;

    public static Command Create()
    {
        var options = new CallOptions();
        var command = new Command("call", Description) { options.Url };
        foreach (var option in options.All) command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) => RunAsync(options, parsed, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CallOptions options, ParseResult parsed, CancellationToken cancellationToken)
    {
        var asJson = parsed.GetValue(options.Json);
        var url = parsed.GetValue(options.Url)!;
        try
        {
            return await CallAsync(options, parsed, url, cancellationToken);
        }
        catch (CallFailedException exception)
        {
            if (asJson && !exception.IsMisuse) Console.WriteLine(CallSummary.ToJson(url, null, null, exception.Message, null, withTranscripts: false));
            Console.Error.WriteLine("parley call: " + exception.Message);
            return exception.IsMisuse ? Misuse : Failed;
        }
        catch (Exception exception) when (exception is SocketException or DllNotFoundException or PlatformNotSupportedException)
        {
            Console.Error.WriteLine($"parley call: {exception.Message} `parley doctor` says what is missing.");
            return Failed;
        }
        catch (OperationCanceledException)
        {
            return Failed;
        }
    }

    private static async Task<int> CallAsync(CallOptions options, ParseResult parsed, string url, CancellationToken cancellationToken)
    {
        var (asJson, isVerbose, isLive) = (parsed.GetValue(options.Json), parsed.GetValue(options.Verbose), parsed.GetValue(options.Microphone));
        using var route = RouteTo(url, options, parsed);
        var turns = await TurnReader.ReadAsync(options.Turns(parsed), parsed.GetValue(options.Voice), cancellationToken);
        if (isLive && turns.Count > 0) throw new CallFailedException("--mic does not go together with --in, --say and --type.", isMisuse: true);
        if (!isLive && turns.Count == 0 && options.RecordFor(parsed) is null)
            throw new CallFailedException("There is nothing to say: give --in, --say, --type or --mic, or --record-seconds to listen.", isMisuse: true);

        var path = parsed.GetValue(options.Out);
        using var loudspeaker = parsed.GetValue(options.Speaker) ? Loudspeaker.Open(VoiceCaller.SampleRate) : null;
        using var microphone = isLive ? Alsa.Microphone.Open(VoiceCaller.SampleRate) : null;
        if (!asJson) Console.WriteLine($"Calling {route.Url}");
        CallRecord record;
        TimeSpan recorded;
        using (var recording = path is null ? null : Record(path))
        {
            var events = !isVerbose ? null : asJson ? Console.Error : Console.Out;
            var follower = new CallFollower(recording, loudspeaker, asJson ? null : Console.Out, events, TimeProvider.System);
            var dialogue = new DialogueConfig { Turns = turns, AnswerTimeout = options.WaitFor(parsed), ListenAfter = options.RecordFor(parsed) };
            record = await route.RunAsync(new CallRequest(dialogue, options.Limit(parsed), parsed.GetValue(options.Tcp)), follower, microphone, cancellationToken);
            recorded = recording?.Duration ?? TimeSpan.Zero;
        }
        var error = record.Error ?? (record.IsCancelled && !isLive ? "The call was ended before it was over." : null);
        if (asJson)
        {
            Console.WriteLine(CallSummary.ToJson(route.Url.ToString(), route.CallId, record, error, path, parsed.GetValue(options.Transcripts)));
        }
        else
        {
            CallSummary.Print(Console.Out, record);
            if (path is not null) Console.WriteLine(FormattableString.Invariant($"  {path}: {recorded.TotalSeconds:0.0} s"));
        }
        if (error is null) return Ok;
        Console.Error.WriteLine("parley call: " + Terminal.OneLine(error));
        return Failed;
    }

    private static ICallRoute RouteTo(string url, CallOptions options, ParseResult parsed)
    {
        if (SocketRoute.TryParse(url, out var socket)) return new SocketRoute(socket, options.Access.Key(parsed, socket), options.Access.Pin(parsed));
        var calls = CallEndpoint.Parse(url);
        return new WebRtcRoute(calls, options.Access.Key(parsed, calls), options.Access.Pin(parsed));
    }

    private static WavRecording Record(string path)
    {
        try
        {
            return new WavRecording(path, VoiceCaller.SampleRate);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CallFailedException($"{path} cannot be written: {exception.Message}", isMisuse: true);
        }
    }
}
