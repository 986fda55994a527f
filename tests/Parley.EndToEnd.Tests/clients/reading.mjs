/** Events of the API that the agents SDK has no schema for, and so passes over. */
const unknown = new Set([
  "conversation.item.created",
  "conversation.item.input_audio_transcription.segment",
  "input_audio_buffer.dtmf_event_received",
  "input_audio_buffer.timeout_triggered",
  "response.mcp_call.failed",
]);

/** Nor has it one for an image in an item. */
const isKnown = ({ type, item }) => !unknown.has(type) && !item?.content?.some((part) => part.type === "input_image");

/**
 * Which events the agents SDK could not read. Its parser passes every event to "*"; one that its schema refuses goes no further,
 * and so never arrives under its own type.
 */
export function follow(transport, events) {
  const unread = new Set();
  const followed = new Set();
  let last;
  transport.on("*", (event) => {
    last = event;
    if (isKnown(event)) unread.add(event);
    if (!followed.has(event.type)) {
      followed.add(event.type);
      transport.on(event.type, () => unread.delete(last));
    }
    events.add(event);
  });
  return unread;
}
