using System.Net.Sockets;
using ModelContextProtocol;
using Parley.Conversation;

namespace Parley.Speech.Mcp;

/// <summary>Turns whatever an MCP server or the way to it threw into an error that says what to do. Never holds what was shown to the server.</summary>
internal static class McpFailures
{
    private const int RequestTimeout = -32001;
    private const int MaxLength = 500;

    public static McpError From(Exception exception, McpServer server, TimeSpan timeout)
    {
        var where = $"The MCP server '{server.Label}' at {Endpoint.Describe(server.Url)}";
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case McpRefusedException refused:
                    return McpError.Http(403, refused.Message);
                case HttpRequestException { StatusCode: { } status }:
                    return McpError.Http((int)status, $"{where} answered {(int)status}.{Advice((int)status)}");
                case McpProtocolException protocol:
                    return McpError.Protocol((int)protocol.ErrorCode, Shorten(protocol.Message, server));
                case SocketException:
                    return McpError.Http(502, $"{where} cannot be reached. Check server_url, and that the server runs.");
                case TimeoutException:
                    return McpError.Protocol(RequestTimeout, $"{where} did not answer within {timeout.TotalSeconds:0} s.");
            }
        }
        return exception is HttpRequestException or IOException
            ? McpError.Http(502, $"{where} cannot be reached, or broke off its answer. Check server_url, and that the server runs.")
            : McpError.Protocol(-32603, $"{where} does not answer as an MCP server does. Check server_url, which usually ends in /mcp.");
    }

    private static string Advice(int status) => status switch
    {
        401 or 403 => " Check authorization and headers.",
        404 or 405 => " Check server_url, which usually ends in /mcp.",
        >= 300 and < 400 => " It redirects elsewhere: give the final address as server_url.",
        _ => "",
    };

    private static string Shorten(string text, McpServer server)
    {
        if (server.Authorization is { Length: > 0 } token) text = text.Replace(token, "[token]", StringComparison.Ordinal);
        return text.Length > MaxLength ? text[..MaxLength] + "…" : text;
    }
}
