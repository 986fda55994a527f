using System.CommandLine;
using Parley.Cli.Call;

namespace Parley.Cli.Tests;

public sealed class CallEndpointTests
{
    [Theory]
    [InlineData("http://localhost:8080", "http://localhost:8080/v1/realtime/calls")]
    [InlineData("localhost:8080", "http://localhost:8080/v1/realtime/calls")]
    [InlineData("https://voice.example/", "https://voice.example/v1/realtime/calls")]
    [InlineData("http://host/v1/realtime/calls?dcid=4", "http://host/v1/realtime/calls?dcid=4")]
    [InlineData("https://api.openai.com/v1/realtime?model=gpt-realtime", "https://api.openai.com/v1/realtime?model=gpt-realtime")]
    public void A_server_alone_means_its_usual_place_for_calls(string url, string expected) =>
        Assert.Equal(expected, CallEndpoint.Parse(url).ToString());

    [Theory]
    [InlineData("ftp://host/file")]
    [InlineData("http://")]
    [InlineData("ws://host/v1/realtime")]
    public void What_is_no_http_url_is_a_misuse(string url) =>
        Assert.True(Assert.Throws<CallFailedException>(() => CallEndpoint.Parse(url)).IsMisuse);

    [Fact]
    public void Turns_keep_the_order_of_the_command_line()
    {
        var options = new CallOptions();
        var parsed = Parse(options, "http://h", "--say", "one", "--in", "two.wav", "--say=three", "-v", "--type", "four");
        Assert.Equal(
            [(TurnSource.Spoken, "one"), (TurnSource.File, "two.wav"), (TurnSource.Spoken, "three"), (TurnSource.Typed, "four")],
            options.Turns(parsed));
    }

    [Fact]
    public void The_key_for_openai_goes_nowhere_else_and_a_named_one_goes_where_it_is_told()
    {
        const string Name = "PARLEY_TEST_KEY_OF_A_CALL";
        Environment.SetEnvironmentVariable(Name, " secret ");
        var options = new CallOptions();
        var named = Parse(options, "http://h", "--key-variable", Name);
        Assert.Equal("secret", options.Access.Key(named, new Uri("http://localhost:8080/")));
        Assert.Null(options.Access.Key(Parse(options, "http://h"), new Uri("http://localhost:8080/")));
        Assert.Null(options.Access.Key(Parse(options, "http://h"), new Uri("https://notopenai.com/")));
        var absent = Assert.Throws<CallFailedException>(() => options.Access.Key(Parse(options, "http://h", "--key-variable", Name + "_2"), new Uri("http://h/")));
        Assert.DoesNotContain("secret", absent.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--wait", "soon")]
    [InlineData("--wait", "-1")]
    [InlineData("--timeout", "0")]
    [InlineData("--record-seconds", "1e9")]
    public void Seconds_that_are_none_are_refused(string option, string value) =>
        Assert.NotEmpty(Parse(new CallOptions(), "http://h", option, value).Errors);

    [Fact]
    public void What_a_server_sent_cannot_steer_the_terminal() =>
        Assert.Equal("a [31mb c", Terminal.OneLine("a\u001b[31mb\r\nc\n").Replace("  ", " ", StringComparison.Ordinal));

    private static ParseResult Parse(CallOptions options, params string[] arguments)
    {
        var command = new RootCommand { options.Url };
        foreach (var option in options.All) command.Options.Add(option);
        return command.Parse(arguments);
    }
}
