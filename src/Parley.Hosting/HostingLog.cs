using Microsoft.Extensions.Logging;

namespace Parley.Hosting;

/// <summary>What the endpoints log: never addresses, SDP, tokens or keys.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(EventId = 200, Level = LogLevel.Error, Message = "A request met a fault and was answered with 500.")]
    public static partial void RequestFaulted(ILogger logger, Exception exception);
}
