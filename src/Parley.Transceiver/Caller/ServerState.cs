using System.Text.Json;

namespace Parley.Transceiver.Caller;

/// <summary>What a caller needs to know of the server, from its events. Whatever else comes is passed over.</summary>
internal sealed class ServerState
{
    private readonly List<string> _answers = [];
    private bool _isResponding;
    private bool _isSpeaking;

    public bool HasSession { get; private set; }

    /// <summary>The server tells when its audio begins and ends.</summary>
    public bool TellsWhenItSpeaks { get; private set; }

    /// <summary>A response is being made, or its audio is being sent.</summary>
    public bool IsBusy => _isResponding || _isSpeaking;

    /// <summary>The transcript of what was said in this turn.</summary>
    public string? Understood { get; private set; }

    /// <summary>The transcript of what was answered in this turn.</summary>
    public string? Answer => _answers.Count == 0 ? null : string.Join(' ', _answers);

    public void BeginTurn()
    {
        Understood = null;
        _answers.Clear();
    }

    /// <summary>Takes a message; returns what went wrong when it says so.</summary>
    public string? Handle(ReadOnlySpan<byte> utf8Json)
    {
        var reader = new Utf8JsonReader(utf8Json);
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Handle(document.RootElement) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is what a string of bad UTF-8 gives.
            return null;
        }
    }

    private string? Handle(JsonElement message)
    {
        switch (Text(message, "type"))
        {
            case "session.created":
                HasSession = true;
                break;
            case "response.created":
                _isResponding = true;
                break;
            case "response.done":
                _isResponding = false;
                if (Child(message, "response") is { } response && Text(response, "status") == "failed") return FailureOf(response);
                break;
            case "output_audio_buffer.started":
                _isSpeaking = TellsWhenItSpeaks = true;
                break;
            case "output_audio_buffer.stopped" or "output_audio_buffer.cleared":
                _isSpeaking = false;
                break;
            case "conversation.item.input_audio_transcription.completed":
                Understood = Text(message, "transcript");
                break;
            case "response.output_audio_transcript.done" or "response.audio_transcript.done":
                if (Text(message, "transcript") is { } answer) _answers.Add(answer.Trim());
                break;
            case "error":
                return (Child(message, "error") is { } error ? Text(error, "message") : null) ?? "The server reported an error.";
        }
        return null;
    }

    private static string FailureOf(JsonElement response) =>
        (Child(response, "status_details") is { } details && Child(details, "error") is { } error ? Text(error, "message") : null)
            ?? "The reply failed.";

    private static JsonElement? Child(JsonElement element, string name) =>
        element.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.Object ? child : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
