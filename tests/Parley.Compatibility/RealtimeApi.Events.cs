namespace Parley.Compatibility;

public static partial class RealtimeApi
{
    public static IReadOnlyList<string> ClientEvents =>
    [
        "session.update",
        "input_audio_buffer.append",
        "input_audio_buffer.commit",
        "input_audio_buffer.clear",
        "output_audio_buffer.clear",
        "conversation.item.create",
        "conversation.item.retrieve",
        "conversation.item.truncate",
        "conversation.item.delete",
        "response.create",
        "response.cancel",
    ];

    public static IReadOnlyList<string> ServerEvents =>
    [
        "error",
        "session.created",
        "session.updated",
        "conversation.created",
        "conversation.item.created",
        "conversation.item.added",
        "conversation.item.done",
        "conversation.item.retrieved",
        "conversation.item.truncated",
        "conversation.item.deleted",
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed",
        "conversation.item.input_audio_transcription.failed",
        "conversation.item.input_audio_transcription.segment",
        "input_audio_buffer.committed",
        "input_audio_buffer.cleared",
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.timeout_triggered",
        "input_audio_buffer.dtmf_event_received",
        "output_audio_buffer.started",
        "output_audio_buffer.stopped",
        "output_audio_buffer.cleared",
        "response.created",
        "response.done",
        "response.output_item.added",
        "response.output_item.done",
        "response.content_part.added",
        "response.content_part.done",
        "response.output_text.delta",
        "response.output_text.done",
        "response.output_audio_transcript.delta",
        "response.output_audio_transcript.done",
        "response.output_audio.delta",
        "response.output_audio.done",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.mcp_call_arguments.delta",
        "response.mcp_call_arguments.done",
        "response.mcp_call.in_progress",
        "response.mcp_call.completed",
        "response.mcp_call.failed",
        "mcp_list_tools.in_progress",
        "mcp_list_tools.completed",
        "mcp_list_tools.failed",
        "rate_limits.updated",
    ];

    private static IEnumerable<ApiElement> ServerElements => ServerEvents.Select(name => new ApiElement(ApiPart.ServerEvent, name, name switch
    {
        "conversation.created" => "the hosted API lists it and sends it no more",
        "conversation.item.created" => "of the API before general availability: conversation.item.added took its place",
        "conversation.item.input_audio_transcription.segment" => "of recognisers that tell speakers apart",
        "input_audio_buffer.dtmf_event_received" => Sip,
        "output_audio_buffer.started" or "output_audio_buffer.stopped" or "output_audio_buffer.cleared" => "WebRTC only: over a WebSocket the client plays",
        "response.output_audio.delta" => "WebSocket only: over WebRTC the sound is the track's",
        _ => null,
    }));
}
