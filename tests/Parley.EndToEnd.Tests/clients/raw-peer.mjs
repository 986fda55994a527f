// WebRTC without a library of the API: one HTTP exchange, here on a data channel that both sides know beforehand. Then the session goes on
// in another call, as after a lost connection.
// usage: node raw-peer.mjs --url URL --key KEY --phrases FILE

import { EventLog } from "./event-log.mjs";
import { Peer } from "./peer.mjs";
import { options, report, versionOf } from "./report.mjs";

const { url, key, phrases } = options();
const channel = 7;

/** Calls and waits for the session. */
async function call(query) {
  const events = new EventLog();
  const peer = new Peer(phrases, (event) => events.add(event), { negotiated: true, id: channel });
  const address = new URL("v1/realtime/calls", url);
  address.search = new URLSearchParams({ dcid: channel, ...query });
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${key}` },
    body: await peer.offer(),
  });
  if (response.status !== 201) throw new Error(await response.text());
  await peer.accept(await response.text());
  const { session } = await events.after(0, "session.created");
  return { events, peer, session };
}

const first = await call({ model: "gpt-realtime" });
const item = { id: "note", type: "message", role: "user", content: [{ type: "input_text", text: "Remember me." }] };
first.peer.send({ type: "conversation.item.create", item });
await first.events.after(0, "conversation.item.done");

// The server does not yet know that the first call is lost.
const second = await call({ resume: first.session.id });
second.peer.send({ type: "conversation.item.retrieve", item_id: "note" });
const retrieved = await second.events.after(0, "conversation.item.retrieved");
second.peer.send({ type: "response.create", response: { output_modalities: ["text"] } });
const { response } = await second.events.after(0, "response.done");
await first.peer.closed;
first.peer.end();
second.peer.end();

report({
  client: "@roamhq/wrtc", version: versionOf("@roamhq/wrtc"), faults: [], unread: [], events: [...first.events.all, ...second.events.all],
  sessions: [first.session.id, second.session.id], retrieved: retrieved.item, answer: response.output[0].content[0].text,
});
