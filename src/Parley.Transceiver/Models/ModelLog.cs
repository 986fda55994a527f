using Microsoft.Extensions.Logging;

namespace Parley.Transceiver.Models;

/// <summary>What model work logs. Exceptions here are flaws of a provider's adapter: the failures of models are events.</summary>
internal static partial class ModelLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "A recogniser let an exception out.")]
    public static partial void RecognizerFaulted(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "A reply pipeline let an exception out.")]
    public static partial void ReplyFaulted(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "The way to MCP servers let an exception out.")]
    public static partial void McpFaulted(ILogger logger, Exception exception);
}
