// `openai`: the application's server makes the call for its client, attaches to it from the side, runs the function there, and hangs up.
// usage: node openai-calls.mjs --url URL --key KEY --phrases FILE

import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { clock, converse } from "./conversation.mjs";
import { EventLog } from "./event-log.mjs";
import { runFunctions } from "./functions.mjs";
import { Peer } from "./peer.mjs";
import { options, report, versionOf } from "./report.mjs";

const { url, key, phrases } = options();
const events = new EventLog();
const seenBeside = new EventLog();
const calls = [];
const faults = [];

const openai = new OpenAI({ baseURL: new URL("v1", url).href, apiKey: key });
const peer = new Peer(phrases, (event) => events.add(event));
const answer = await openai.realtime.calls.create({
  sdp: await peer.offer(),
  session: {
    type: "realtime",
    model: "gpt-realtime",
    tools: [{ type: "function", ...clock.declaration }],
    audio: { input: { transcription: { model: "whisper-1" } } },
  },
});
const callID = answer.headers.get("location").split("/").pop();
const sideband = new OpenAIRealtimeWS({ callID }, openai);
sideband.on("event", (event) => seenBeside.add(event));
sideband.on("error", (error) => faults.push(String(error)));
sideband.on("response.done", ({ response }) => runFunctions(response, calls, (event) => sideband.send(event)));
await new Promise((resolve) => sideband.socket.once("open", resolve));
await peer.accept(await answer.text());
await events.after(0, "session.created");

const dialogue = await converse({
  events,
  say: (words) => peer.say(words),
  soundBegan: (mark) => events.after(mark, "output_audio_buffer.started"),
  played: (id) => events.after(0, "output_audio_buffer.stopped", ({ response_id }) => response_id === id),
  write(text) {
    sideband.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text }] } });
    sideband.send({ type: "response.create" });
  },
});

const left = new Promise((resolve) => sideband.socket.once("close", (code) => resolve(code)));
await openai.realtime.calls.hangup(callID);
const closed = await left;
await peer.closed;
peer.end();

report({
  ...dialogue, client: "openai", version: versionOf("openai"), callID, calls, faults, closed, unread: [], events: events.all,
  seenBeside: seenBeside.all, heard: peer.heard(),
});
