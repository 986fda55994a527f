using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>
/// A chat server in OpenAI's shape that plays the model's part in the clients' conversation: it asks for a function by arguments in
/// pieces, says what that returned, tells a story without an end, and answers everything else with what it heard.
/// </summary>
internal sealed class ScriptedModel : IAsyncDisposable
{
    public const string Zone = "Europe/Vienna";

    private static readonly string[] Story =
    [
        "Once upon a time there was a lighthouse at the end of the world. ",
        "Every evening its keeper climbed three hundred steps to light the lamp. ",
        "One night a ship without a crew came out of the fog. ",
        "The keeper took his boat and rowed across the dark water to meet it. ",
        "On its deck he found a single chair, and on the chair a letter with his name. ",
    ];

    private readonly WebApplication _app;

    private ScriptedModel(WebApplication app) => _app = app;

    public string Url => $"{_app.Urls.Single()}/v1";

    public static async Task<ScriptedModel> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.MapPost("/v1/chat/completions", AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ScriptedModel(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var last = request.RootElement.GetProperty("messages").EnumerateArray().Last();
        var words = TextOf(last.GetProperty("content"));
        context.Response.ContentType = "text/event-stream";
        if (last.GetProperty("role").GetString() == "tool")
        {
            await SayAsync(context, ["It is ", words, "."]);
        }
        else if (words == "What time is it?")
        {
            await CallAsync(context, FunctionNames(request.RootElement).First());
        }
        else if (words.StartsWith("Use ", StringComparison.Ordinal))
        {
            await CallAsync(context, FunctionNames(request.RootElement).First(name => name.EndsWith(words[4..].TrimEnd('.'), StringComparison.Ordinal)));
        }
        else if (words == "Tell me a story.")
        {
            foreach (var sentence in Story) await SendAsync(context, new { content = sentence });
            // Only an interruption ends the story.
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else
        {
            await SayAsync(context, ["You said: ", words]);
        }
    }

    private static async Task SayAsync(HttpContext context, string[] pieces)
    {
        foreach (var piece in pieces) await SendAsync(context, new { content = piece });
        await SendAsync(context, new { }, "stop");
    }

    private static async Task CallAsync(HttpContext context, string function)
    {
        await SendAsync(context, new { tool_calls = new[] { new { index = 0, id = "call_1", type = "function", function = new { name = function, arguments = "" } } } });
        foreach (var piece in new[] { """{"zo""", "ne\":\"", Zone, "\"}" })
            await SendAsync(context, new { tool_calls = new[] { new { index = 0, function = new { arguments = piece } } } });
        await SendAsync(context, new { }, "tool_calls");
    }

    private static IEnumerable<string> FunctionNames(JsonElement request) =>
        request.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("function").GetProperty("name").GetString()!);

    private static async Task SendAsync(HttpContext context, object delta, string? finish = null)
    {
        var chunk = new
        {
            id = "chatcmpl-1",
            @object = "chat.completion.chunk",
            created = 1,
            model = "scripted",
            choices = new[] { new { index = 0, delta, finish_reason = finish } },
        };
        await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(chunk)}\n\n", context.RequestAborted);
        if (finish is not null) await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    /// <summary>A message's content is a string or parts.</summary>
    private static string TextOf(JsonElement content) => content.ValueKind == JsonValueKind.Array
        ? string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()))
        : content.GetString() ?? "";
}
