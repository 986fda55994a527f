using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Parley.Samples.Tests;

/// <summary>A server of the chat completions API on loopback, whose model finds a room, books it, and says so.</summary>
internal sealed class HotelModel : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HotelModel(WebApplication app) => _app = app;

    public string Url => _app.Urls.First() + "/v1";

    public static async Task<HotelModel> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/chat/completions", AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new HotelModel(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        var outcomes = request.RootElement.GetProperty("messages").EnumerateArray().Where(message => message.GetProperty("role").GetString() == "tool").ToList();
        var delta = outcomes.Count switch
        {
            0 => Call("call_1", "get_room", """{"date":"2026-11-26"}"""),
            1 => Call("call_2", "book_room", $$"""{"room":{{outcomes[0].GetProperty("content").GetString()}}}"""),
            _ => JsonSerializer.Serialize(new { role = "assistant", content = "Room ten is yours." }),
        };
        var reason = outcomes.Count < 2 ? "tool_calls" : "stop";
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(
            Chunk(delta, "null") + Chunk("{}", $"\"{reason}\"") + "data: [DONE]\n\n", context.RequestAborted);
    }

    private static string Call(string id, string name, string arguments) =>
        JsonSerializer.Serialize(new { role = "assistant", tool_calls = new[] { new { index = 0, id, type = "function", function = new { name, arguments } } } });

    private static string Chunk(string delta, string reason) =>
        $"data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{reason}}}]}}\n\n";
}
