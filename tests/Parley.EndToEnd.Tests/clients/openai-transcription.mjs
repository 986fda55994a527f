// `openai`: a session that only transcribes.
// usage: node openai-transcription.mjs --url URL --key KEY --phrases FILE

import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { spoken } from "./conversation.mjs";
import { EventLog } from "./event-log.mjs";
import { Microphone } from "./microphone.mjs";
import { options, report, versionOf } from "./report.mjs";

const { url, key, phrases } = options();
const events = new EventLog();
const faults = [];
const openai = new OpenAI({ baseURL: new URL("v1", url).href, apiKey: key });
const socket = new OpenAIRealtimeWS({ intent: "transcription" }, openai);
socket.on("event", (event) => events.add(event));
socket.on("error", (error) => faults.push(String(error)));

await events.after(0, "session.created");
socket.send({
  type: "session.update",
  session: { type: "transcription", audio: { input: { transcription: { model: "whisper-1" }, turn_detection: { type: "server_vad" } } } },
});
const updated = await events.after(0, "session.updated");

const microphone = new Microphone(phrases, 24_000, (pcm) =>
  socket.send({ type: "input_audio_buffer.append", audio: Buffer.from(pcm.buffer).toString("base64") }),
);
const understood = [];
for (const words of Object.values(spoken)) {
  const mark = events.mark();
  await microphone.say(words);
  understood.push((await events.after(mark, "conversation.item.input_audio_transcription.completed")).transcript);
}
microphone.stop();
socket.close();

report({ client: "openai", version: versionOf("openai"), faults, unread: [], understood, type: updated.session.type, events: events.all });
