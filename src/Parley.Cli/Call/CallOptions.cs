using System.CommandLine;
using System.CommandLine.Parsing;

namespace Parley.Cli.Call;

/// <summary>The arguments and options of <c>parley call</c>.</summary>
internal sealed class CallOptions
{
    private readonly Option<string[]> _in = new("--in") { Description = "WAV file to speak; may be repeated, also with --say and --type: each turn waits for the answer to the one before" };
    private readonly Option<string[]> _say = new("--say") { Description = "Line to speak with an embedded voice" };
    private readonly Option<string[]> _type = new("--type") { Description = "Line to write into the conversation" };
    private readonly Option<double?> _recordSeconds = new("--record-seconds") { Description = "Hang up so many seconds after the last turn, whatever is heard" };
    private readonly Option<double> _wait = new("--wait") { Description = "Seconds to wait for an answer", DefaultValueFactory = _ => 15 };
    private readonly Option<double?> _timeout = new("--timeout") { Description = "Seconds for the whole call [default: 300; none with --mic]" };

    public CallOptions()
    {
        foreach (var seconds in new Option[] { _recordSeconds, _wait, _timeout }) seconds.Validators.Add(SecondsRule.MustBePositive);
    }

    public Argument<string> Url { get; } = new("url") { Description = "Server, such as http://localhost:8080, ws://localhost:8080 or https://api.openai.com/v1/realtime/calls?model=gpt-realtime" };

    public ServerAccess Access { get; } = new();

    public Option<string?> Out { get; } = new("--out") { Description = "WAV file to record what is heard, 24 kHz mono" };

    public Option<string?> Voice { get; } = new("--voice") { Description = "Voice of --say" };

    public Option<bool> Microphone { get; } = new("--mic") { Description = "Speak with this machine's microphone (ALSA), until Ctrl+C" };

    public Option<bool> Speaker { get; } = new("--speaker") { Description = "Play what is heard on this machine's loudspeaker (ALSA)" };

    public Option<bool> Tcp { get; } = new("--tcp") { Description = "Go to the server's TCP candidates alone" };

    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document at the end" };

    public Option<bool> Verbose { get; } = new("--verbose", "-v") { Description = "Print events as they come, and transcripts" };

    public Option<bool> Transcripts { get; } = new("--transcripts") { Description = "Put transcripts into the JSON document" };

    public IEnumerable<Option> All =>
    [
        _in, _say, _type, Voice, Microphone, Out, Speaker, _recordSeconds, _wait, _timeout, Tcp, .. Access.All, Json, Transcripts, Verbose,
    ];

    /// <summary>In the order of the command line.</summary>
    public IEnumerable<(TurnSource Source, string Text)> Turns(ParseResult parsed)
    {
        TurnSource? source = null;
        foreach (var token in parsed.Tokens)
        {
            if (token.Type == TokenType.Option)
                source = token.Value == _in.Name ? TurnSource.File : token.Value == _say.Name ? TurnSource.Spoken : token.Value == _type.Name ? TurnSource.Typed : null;
            else if (source is { } known)
                yield return (known, token.Value);
        }
    }

    public TimeSpan? RecordFor(ParseResult parsed) => parsed.GetValue(_recordSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public TimeSpan WaitFor(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(_wait));

    public TimeSpan Limit(ParseResult parsed) =>
        TimeSpan.FromSeconds(parsed.GetValue(_timeout) ?? (parsed.GetValue(Microphone) ? TimeSpan.SecondsPerDay : 300));
}
