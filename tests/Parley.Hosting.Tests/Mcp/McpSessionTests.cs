using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;
using Parley.Hosting.Tests.Sockets;
using Parley.Speech;
using Parley.Speech.Mcp;
using Parley.Speech.Options;
using Parley.Transceiver.Rig;

namespace Parley.Hosting.Tests.Mcp;

/// <summary>The whole way: a client on a WebSocket, the live server, and the MCP package's own server on loopback.</summary>
public sealed class McpSessionTests
{
    private static async Task<WebApplication> StartShopAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMcpServer().WithHttpTransport(options => options.Stateless = true).WithTools(
            [McpServerTool.Create((int a, int b) => a + b, new McpServerToolCreateOptions { Name = "add", Description = "Adds." })]);
        var shop = builder.Build();
        shop.MapMcp("/mcp");
        await shop.StartAsync(TestContext.Current.CancellationToken);
        return shop;
    }

    private static Task<LiveServer> StartParleyAsync(params string[] allowedHosts)
    {
        var policy = SpeechConfig.From(new SpeechOptions { Mcp = new McpOptions { AllowedHosts = allowedHosts } }).Mcp;
        return LiveServer.StartAsync(new ModelSet(new ScriptedRecognizer("?"), new ToolCallingChat(("a", 2), ("b", 3)), new ToneSynthesizer(), [])
        {
            Mcp = new McpConnector(policy, TimeProvider.System),
        });
    }

    private static string Update(WebApplication shop, string approval) => $$$"""
        {"type":"session.update","session":{"type":"realtime","output_modalities":["text"],"tools":[{"type":"mcp","server_label":"shop",
         "server_url":"{{{shop.Urls.Single()}}}/mcp","require_approval":"{{{approval}}}"}]}}
        """;

    private static async Task<JsonElement> ItemDoneAsync(SocketClient client, string type)
    {
        while (true)
            if ((await client.UntilAsync("conversation.item.done")).GetProperty("item") is var item && item.GetProperty("type").GetString() == type) return item;
    }

    [Fact]
    [Shows(ApiPart.ServerEvent, "mcp_list_tools.in_progress", "mcp_list_tools.completed", "response.mcp_call_arguments.delta", "response.mcp_call_arguments.done",
        "response.mcp_call.in_progress", "response.mcp_call.completed")]
    [Shows(ApiPart.Item, "mcp_list_tools", "mcp_call")]
    public async Task A_tool_of_a_server_is_listed_called_and_answered()
    {
        await using var shop = await StartShopAsync();
        await using var server = await StartParleyAsync("127.0.0.1");
        var client = await server.ConnectAsync();
        await client.SendAsync(Update(shop, "never"));
        var list = await ItemDoneAsync(client, "mcp_list_tools");
        Assert.Equal(("shop", "add"), (list.GetProperty("server_label").GetString(), list.GetProperty("tools")[0].GetProperty("name").GetString()));
        Assert.Contains("mcp_list_tools.completed", client.Types);

        await client.SendAsync("""{"type":"response.create"}""");
        Assert.Equal("""{"a":2,"b":3}""", (await client.UntilAsync("response.mcp_call_arguments.done")).GetProperty("arguments").GetString());
        await client.UntilAsync("response.mcp_call.completed");
        Assert.Contains("response.done", client.Types);
        Assert.Equal("5", (await ItemDoneAsync(client, "mcp_call")).GetProperty("output").GetString());
        await client.SendAsync("""{"type":"response.create"}""");
        Assert.Equal("It brought 5.", (await client.UntilAsync("response.output_text.done")).GetProperty("text").GetString());
    }

    [Fact]
    [Shows(ApiPart.Item, "mcp_approval_request", "mcp_approval_response")]
    public async Task A_tool_is_called_when_the_client_approved()
    {
        await using var shop = await StartShopAsync();
        await using var server = await StartParleyAsync("127.0.0.1");
        var client = await server.ConnectAsync();
        await client.SendAsync(Update(shop, "always"));
        await client.UntilAsync("mcp_list_tools.completed");
        await client.SendAsync("""{"type":"response.create","response":{"tool_choice":{"type":"mcp","server_label":"shop","name":"add"}}}""");
        var request = await ItemDoneAsync(client, "mcp_approval_request");
        Assert.DoesNotContain("response.mcp_call.in_progress", client.Types);
        await client.UntilAsync("response.done");
        await client.SendAsync($$$"""{"type":"conversation.item.create","item":{"type":"mcp_approval_response","approval_request_id":"{{{request.GetProperty("id").GetString()}}}","approve":true}}""");
        var call = await ItemDoneAsync(client, "mcp_call");
        Assert.Equal(("5", request.GetProperty("id").GetString()), (call.GetProperty("output").GetString(), call.GetProperty("approval_request_id").GetString()));
    }

    [Fact]
    [Shows(ApiPart.ServerEvent, "mcp_list_tools.failed")]
    public async Task By_default_a_client_cannot_have_this_server_talk_to_its_own_machine()
    {
        await using var shop = await StartShopAsync();
        await using var server = await StartParleyAsync();
        var client = await server.ConnectAsync();
        await client.SendAsync(Update(shop, "never"));
        var error = (await client.UntilAsync("mcp_list_tools.failed")).GetProperty("error");
        Assert.Equal(("http_error", 403), (error.GetProperty("type").GetString(), error.GetProperty("code").GetInt32()));
    }
}
