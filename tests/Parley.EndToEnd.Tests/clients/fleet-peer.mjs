// libwebrtc calls a fleet: asks a question, hears the answer, hangs up at whichever server it reaches.
// usage: node fleet-peer.mjs --url URL --key KEY --phrases FILE

import { EventLog } from "./event-log.mjs";
import { Peer } from "./peer.mjs";
import { options, report, versionOf } from "./report.mjs";

const { url, key, phrases } = options();
const events = new EventLog();
const peer = new Peer(phrases, (event) => events.add(event));
const headers = { Authorization: `Bearer ${key}` };
const response = await fetch(new URL("v1/realtime/calls", url), {
  method: "POST", headers: { ...headers, "Content-Type": "application/sdp" }, body: await peer.offer(),
});
if (response.status !== 201) throw new Error(await response.text());
await peer.accept(await response.text());
await events.after(0, "session.created");
peer.send({ type: "session.update", session: { type: "realtime", audio: { input: { transcription: { model: "default" } } } } });
await events.after(0, "session.updated");
await peer.say("Count to ten.");
const { transcript } = await events.after(0, "conversation.item.input_audio_transcription.completed");
await events.after(0, "output_audio_buffer.stopped");
const hangup = await fetch(new URL(`${response.headers.get("location")}/hangup`, url), { method: "POST", headers });
await peer.closed;
peer.end();

report({
  client: "@roamhq/wrtc", version: versionOf("@roamhq/wrtc"), faults: [], unread: [], events: events.all, transcript, heard: peer.heard(), hangup: hangup.status,
});
