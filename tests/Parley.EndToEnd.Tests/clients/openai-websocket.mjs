// `openai`: a session over a WebSocket, which the package opens over TLS only. The application plays the answers, runs the function,
// and tells the server how much of an answer was heard when it is interrupted.
// usage: node openai-websocket.mjs --url URL --key KEY --phrases FILE

import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { clock, converse } from "./conversation.mjs";
import { EventLog } from "./event-log.mjs";
import { Loudspeaker } from "./loudspeaker.mjs";
import { Microphone } from "./microphone.mjs";
import { options, report, versionOf } from "./report.mjs";
import { runFunctions } from "./functions.mjs";

const { url, key, phrases } = options();
const events = new EventLog();
const calls = [];
const faults = [];
const loudspeaker = new Loudspeaker();
let playing;

const openai = new OpenAI({ baseURL: new URL("v1", url).href, apiKey: key });
const socket = new OpenAIRealtimeWS({ model: "gpt-realtime" }, openai);
socket.on("event", (event) => events.add(event));
socket.on("error", (error) => faults.push(String(error)));
socket.on("response.done", ({ response }) => runFunctions(response, calls, (event) => socket.send(event)));
socket.on("response.output_audio.delta", ({ delta, item_id }) => {
  playing = item_id;
  loudspeaker.play(Buffer.from(delta, "base64"));
});
socket.on("input_audio_buffer.speech_started", () => {
  if (!loudspeaker.isPlaying()) return;
  socket.send({ type: "conversation.item.truncate", item_id: playing, content_index: 0, audio_end_ms: loudspeaker.stop() });
});

await events.after(0, "session.created");
socket.send({
  type: "session.update",
  session: { type: "realtime", tools: [{ type: "function", ...clock.declaration }], audio: { input: { transcription: { model: "whisper-1" } } } },
});
await events.after(0, "session.updated");

const microphone = new Microphone(phrases, 24_000, (pcm) =>
  socket.send({ type: "input_audio_buffer.append", audio: Buffer.from(pcm.buffer).toString("base64") }),
);
const dialogue = await converse({
  events,
  say: (words) => microphone.say(words),
  soundBegan: (mark) => events.after(mark, "response.output_audio.delta"),
  played: () => loudspeaker.silence(),
  write(text) {
    socket.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text }] } });
    socket.send({ type: "response.create" });
  },
});
microphone.stop();
const closed = new Promise((resolve) => socket.socket.once("close", (code) => resolve(code)));
socket.close();

report({
  ...dialogue, client: "openai", version: versionOf("openai"), calls, faults, closed: await closed, unread: [], events: events.all,
  heard: loudspeaker.heard(),
});
