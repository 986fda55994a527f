using Microsoft.Extensions.Logging;

namespace Parley.Transceiver;

/// <summary>What the transceiver logs: ids, reasons and times; never addresses, transcripts, keys or audio.</summary>
internal static partial class TransceiverLog
{
    [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "Listening on UDP port {Port} and {Tcp} with {Shards} shard(s).")]
    public static partial void Listening(ILogger logger, int port, string tcp, int shards);

    [LoggerMessage(EventId = 101, Level = LogLevel.Information, Message = "Call {CallId} created.")]
    public static partial void CallCreated(ILogger logger, string callId);

    [LoggerMessage(EventId = 102, Level = LogLevel.Information, Message = "Call {CallId} connected after {Milliseconds:0} ms.")]
    public static partial void CallConnected(ILogger logger, string callId, double milliseconds);

    [LoggerMessage(EventId = 103, Level = LogLevel.Information, Message = "Call {CallId} closed: {Reason}, after {Seconds:0.0} s.")]
    public static partial void CallClosed(ILogger logger, string callId, CallCloseReason reason, double seconds);

    [LoggerMessage(EventId = 104, Level = LogLevel.Debug, Message = "An offer was refused: {Reason}.")]
    public static partial void CallRefused(ILogger logger, CallRefusal reason);

    [LoggerMessage(EventId = 105, Level = LogLevel.Error, Message = "Call {CallId} met a fault and was ended.")]
    public static partial void CallFaulted(ILogger logger, Exception exception, string callId);

    [LoggerMessage(EventId = 106, Level = LogLevel.Error, Message = "A shard met a fault outside of any call.")]
    public static partial void ShardFaulted(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 107, Level = LogLevel.Warning, Message = "{Count} call(s) did not end within the drain limit and are cut off.")]
    public static partial void DrainLimitPassed(ILogger logger, int count);

    [LoggerMessage(EventId = 108, Level = LogLevel.Error, Message = "The store of sessions failed: a session cannot be resumed.")]
    public static partial void StoreFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 109, Level = LogLevel.Information, Message = "Draining: no new calls are taken, and {Count} are told that the server goes away.")]
    public static partial void Draining(ILogger logger, int count);
}
