// Which events the parser of @openai/agents-realtime refuses. usage: node agents-read.mjs FILE, a JSON array of events; prints a JSON array.

import { readFileSync } from "node:fs";
import { OpenAIRealtimeBase } from "@openai/agents-realtime";
import { EventLog } from "./event-log.mjs";
import { follow } from "./reading.mjs";
import { report } from "./report.mjs";

/** A transport that is not connected: events are handed to it from the file. */
class Reader extends OpenAIRealtimeBase {
  sendEvent() {}

  read(event) {
    this._onMessage({ data: JSON.stringify(event) });
  }
}

const reader = new Reader();
const unread = follow(reader, new EventLog());
for (const event of JSON.parse(readFileSync(process.argv[2], "utf8"))) reader.read(event);
report([...unread]);
