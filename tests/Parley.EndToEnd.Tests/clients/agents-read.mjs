// Which events the parser of @openai/agents-realtime refuses. usage: node agents-read.mjs FILE, a JSON array of events; prints a JSON array.

import { readFileSync } from "node:fs";
import { OpenAIRealtimeBase } from "@openai/agents-realtime";
import { EventLog } from "./event-log.mjs";
import { follow } from "./reading.mjs";
import { report } from "./report.mjs";

/** Events of the API that the SDK has no schema for, and so passes over; images in items it does not know, either. */
const unknown = new Set([
  "conversation.item.created",
  "conversation.item.input_audio_transcription.segment",
  "input_audio_buffer.dtmf_event_received",
  "input_audio_buffer.timeout_triggered",
  "response.mcp_call.failed",
]);

/** A transport that is not connected: events are handed to it from the file. */
class Reader extends OpenAIRealtimeBase {
  sendEvent() {}

  read(event) {
    this._onMessage({ data: JSON.stringify(event) });
  }
}

const reader = new Reader();
const unread = follow(reader, new EventLog());
const hasImage = ({ item }) => item?.content?.some(({ type }) => type === "input_image");
for (const event of JSON.parse(readFileSync(process.argv[2], "utf8"))) if (!unknown.has(event.type) && !hasImage(event)) reader.read(event);
report([...unread]);
