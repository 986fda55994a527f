// `openai`: every client event there is, with every kind of item, over one WebSocket, turn by turn by hand. Nothing is spoken aloud.
// usage: node openai-tour.mjs --url URL --key KEY --phrases FILE

import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { clock, spoken } from "./conversation.mjs";
import { EventLog } from "./event-log.mjs";
import { options, report, versionOf } from "./report.mjs";

/** One pixel. */
const image = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const { url, key, phrases } = options();
const events = new EventLog();
const openai = new OpenAI({ baseURL: new URL("v1", url).href, apiKey: key });
const socket = new OpenAIRealtimeWS({ model: "gpt-realtime" }, openai);
socket.on("event", (event) => events.add(event));
// They are looked at with the other events.
socket.on("error", () => {});

/** Sends a client event and waits for the server event that answers it. */
async function ask(event, type, holds) {
  const mark = events.mark();
  socket.send(event);
  return events.after(mark, type, holds);
}

const update = (session) => ask({ type: "session.update", session: { type: "realtime", ...session } }, "session.updated");
const create = (item, place = {}) => ask({ type: "conversation.item.create", item, ...place }, "conversation.item.done");
const message = (role, ...content) => create({ type: "message", role, content });
const respond = (response) => ask({ type: "response.create", response }, "response.done");
const audioOf = (words) => phrases[words];

await events.after(0, "session.created");
await update({
  output_modalities: ["text"],
  instructions: "You repeat.",
  tools: [{ type: "function", ...clock.declaration }],
  tool_choice: "auto",
  parallel_tool_calls: false,
  max_output_tokens: 500,
  tracing: "auto",
  truncation: { type: "retention_ratio", retention_ratio: 0.8 },
  include: ["item.input_audio_transcription.logprobs"],
  audio: { input: { turn_detection: null, transcription: { model: "whisper-1", language: "en" }, noise_reduction: { type: "near_field" } } },
});

// Items of every kind, read back, moved, removed.
const system = await message("system", { type: "input_text", text: "Be brief." });
await message("user", { type: "input_text", text: "Look." }, { type: "input_image", image_url: image });
await message("assistant", { type: "output_text", text: "I see." });
await message("user", { type: "input_audio", audio: audioOf(spoken.question) });
await create({ type: "function_call", call_id: "call_earlier", name: "get_time", arguments: "{}" });
await create({ type: "function_call_output", call_id: "call_earlier", output: "noon" }, { previous_item_id: "root" });
await ask({ type: "conversation.item.retrieve", item_id: system.item.id }, "conversation.item.retrieved");
await ask({ type: "conversation.item.delete", item_id: system.item.id }, "conversation.item.deleted");

// A turn by hand: what was appended is cleared, then appended anew and committed.
socket.send({ type: "input_audio_buffer.append", audio: audioOf(spoken.story) });
await ask({ type: "input_audio_buffer.clear" }, "input_audio_buffer.cleared");
socket.send({ type: "input_audio_buffer.append", audio: audioOf(spoken.interruption) });
const commits = events.mark();
const { item_id: committed } = await ask({ type: "input_audio_buffer.commit" }, "input_audio_buffer.committed");
// That of the item above may only come now.
const { transcript } = await events.after(commits, "conversation.item.input_audio_transcription.completed", (event) => event.item_id === committed);

// Responses: in writing, beside the conversation, with a call, spoken and truncated, cancelled.
const written = await respond({});
const beside = await respond({
  conversation: "none",
  metadata: { topic: "aside" },
  input: [{ type: "message", role: "user", content: [{ type: "input_text", text: "Psst." }] }],
});
await message("user", { type: "input_text", text: spoken.question });
const called = await respond({ tool_choice: "required" });
await create({ type: "function_call_output", call_id: called.response.output[0].call_id, output: clock.tell() });
const told = await respond({ output_modalities: ["audio"], audio: { output: { voice: "alloy" } } });
const truncated = await ask(
  { type: "conversation.item.truncate", item_id: told.response.output[0].id, content_index: 0, audio_end_ms: 200 },
  "conversation.item.truncated",
);
await message("user", { type: "input_text", text: spoken.story });
await ask({ type: "response.create" }, "response.output_text.delta");
const cancelled = await ask({ type: "response.cancel" }, "response.done");

// Mistakes: each is answered, none ends the session.
const mistakes = [];
for (const mistake of [
  { type: "conversation.item.retrieve", item_id: "item_nobody" },
  { type: "response.cancel" },
  { type: "input_audio_buffer.commit" },
  { type: "output_audio_buffer.clear" },
  { type: "session.update", session: { type: "realtime", audio: { output: { speed: 9 } } } },
  { type: "nonsense" },
])
  mistakes.push((await ask({ ...mistake, event_id: `mistake_${mistakes.length}` }, "error")).error);

// Silence makes the server speak.
const idle = events.mark();
await update({ audio: { input: { turn_detection: { type: "server_vad", idle_timeout_ms: 5000 } } } });
const silence = setInterval(() => socket.send({ type: "input_audio_buffer.append", audio: Buffer.alloc(4800).toString("base64") }), 100);
await events.after(idle, "input_audio_buffer.timeout_triggered");
await events.after(idle, "response.done");
clearInterval(silence);

socket.close();
report({
  client: "openai", version: versionOf("openai"), faults: [], unread: [], events: events.all, transcript, mistakes,
  responses: [written, beside, called, told, cancelled].map(({ response }) => response), truncated,
});
