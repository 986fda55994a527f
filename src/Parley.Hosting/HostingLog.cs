using Microsoft.Extensions.Logging;

namespace Parley.Hosting;

/// <summary>What the endpoints log: never addresses, SDP, tokens or keys.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(EventId = 200, Level = LogLevel.Error, Message = "A request met a fault and was answered with 500.")]
    public static partial void RequestFaulted(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 201, Level = LogLevel.Information, Message = "The certificate of HTTPS was read again: new connections get it.")]
    public static partial void CertificateRenewed(ILogger logger);

    [LoggerMessage(EventId = 202, Level = LogLevel.Warning, Message = "The certificate of HTTPS has changed and cannot be used; the old one stays. {Reason}")]
    public static partial void CertificateNotRenewed(ILogger logger, string reason);

    [LoggerMessage(EventId = 203, Level = LogLevel.Information, Message = "The file of API keys was read again: there are {Count} keys now.")]
    public static partial void KeysRead(ILogger logger, int count);

    [LoggerMessage(EventId = 204, Level = LogLevel.Warning, Message = "The file of API keys has changed and cannot be used; the old keys stay. {Reason}")]
    public static partial void KeysNotRead(ILogger logger, string reason);

    [LoggerMessage(EventId = 205, Level = LogLevel.Information, Message = "{File} was read again.")]
    public static partial void FleetFileRead(ILogger logger, string file);

    [LoggerMessage(EventId = 206, Level = LogLevel.Warning, Message = "{File} has changed and cannot be used; what it said before stays. {Reason}")]
    public static partial void FleetFileRefused(ILogger logger, string file, string reason);

    [LoggerMessage(EventId = 207, Level = LogLevel.Warning, Message = "Node {Node} did not do what it was asked: {Status}.")]
    public static partial void NodeSilent(ILogger logger, int node, Grpc.Core.StatusCode status);
}
