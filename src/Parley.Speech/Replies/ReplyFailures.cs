using Microsoft.Extensions.Logging;
using Parley.Conversation;

namespace Parley.Speech.Replies;

/// <summary>Turns whatever a model threw into an event.</summary>
internal static partial class ReplyFailures
{
    public static ReplyFailed From(Exception exception, string prefix, string model, ILogger logger)
    {
        if (exception is SpeechException known) return new ReplyFailed(known.Code, known.Message);
        LogUnexpected(logger, model, exception.GetType().FullName ?? "", exception.StackTrace ?? "");
        return new ReplyFailed($"{prefix}_failed",
            $"The {model} failed in a way that was not foreseen ({exception.GetType().Name}). The server's log tells where.");
    }

    // Without the exception's own message: it may quote what was said.
    [LoggerMessage(Level = LogLevel.Error, Message = "The {Model} threw {ExceptionType}\n{StackTrace}")]
    private static partial void LogUnexpected(ILogger logger, string model, string exceptionType, string stackTrace);
}
