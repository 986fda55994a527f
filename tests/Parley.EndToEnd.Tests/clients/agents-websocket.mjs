// @openai/agents-realtime over a WebSocket in Node.
// usage: node agents-websocket.mjs --url URL --key KEY --phrases FILE

import { OpenAIRealtimeWebSocket, RealtimeSession } from "@openai/agents-realtime";
import { agent, historyOf } from "./agents.mjs";
import { converse } from "./conversation.mjs";
import { EventLog } from "./event-log.mjs";
import { Loudspeaker } from "./loudspeaker.mjs";
import { Microphone } from "./microphone.mjs";
import { follow } from "./reading.mjs";
import { options, report, versionOf } from "./report.mjs";

const { url, key, phrases } = options();
const events = new EventLog();
const calls = [];
const faults = [];
let interruptions = 0;

const transport = new OpenAIRealtimeWebSocket();
const unread = follow(transport, events);
const session = new RealtimeSession(agent(calls), { transport });
session.on("error", ({ error }) => faults.push(error instanceof Error ? String(error) : JSON.stringify(error)));
const loudspeaker = new Loudspeaker();
session.on("audio", ({ data }) => loudspeaker.play(Buffer.from(data)));
session.on("audio_interrupted", () => {
  interruptions++;
  loudspeaker.stop();
});

const address = new URL("v1/realtime?model=gpt-realtime", url);
address.protocol = address.protocol.replace("http", "ws");
await session.connect({ apiKey: key, url: address.href });
await events.after(0, "session.updated");

const microphone = new Microphone(phrases, 24_000, (pcm) => session.sendAudio(pcm.buffer));
const dialogue = await converse({
  events,
  say: (words) => microphone.say(words),
  soundBegan: (mark) => events.after(mark, "response.output_audio.delta"),
  played: () => loudspeaker.silence(),
  write: (text) => session.sendMessage(text),
});
microphone.stop();
const history = historyOf(session);
session.close();

report({
  ...dialogue, client: "@openai/agents-realtime", version: versionOf("@openai/agents-realtime"), calls, history, faults, interruptions,
  unread: [...unread], events: events.all, heard: loudspeaker.heard(),
});
