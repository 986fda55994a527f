// What every phone has in common: a stack of WebRTC that the test controls by lines of JSON on standard input and output.
//
//   in                               out
//                                    {"ready":{"stack","version"}}
//   {"do":"offer","video":bool}      {"offer":sdp}: a new call, after the end of the one before; with a video section when asked
//   {"do":"restart"}                 {"offer":sdp}: a new offer for the same call, with new ICE credentials
//   {"do":"answer","sdp"}            {"answered":true}; then {"open":true} when the channel is, {"message":…} for each of its messages
//   {"do":"send","text"}             nothing
//   {"do":"say","pcm","opus"}        {"said":true} when all of it was sent: PCM of 48 kHz in base64, or Opus packets of 20 ms, whichever the
//                                    stack takes
//   {"do":"heard"}                   {"heard":{"rate","pcm"}} or {"heard":{"opus":[[timestamp,base64]…]}}: everything since the last time
//   {"do":"end"}                     the program ends
//
// {"state":…} tells each change of the connection, {"fault":…} whatever went wrong.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** Writes one line for the test. */
export const tell = (line) => process.stdout.write(JSON.stringify(line) + "\n");

/** The installed version of an npm package. */
export const versionOf = (name) => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;

/** @param phone has a method for each verb; what it returns is told, nothing when that is undefined */
export async function serve(ready, phone) {
  process.on("unhandledRejection", (error) => tell({ fault: String(error?.stack ?? error) }));
  tell({ ready });
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    if (command.do === "end") break;
    try {
      const result = await phone[command.do](command);
      if (result !== undefined) tell(result);
    } catch (error) {
      tell({ fault: `${command.do}: ${error?.stack ?? error}` });
    }
  }
  await phone.end();
  process.exit(0);
}

/** Calls `send` once for each period that has passed, however late the timer is. */
export function pace(milliseconds, send) {
  const began = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    for (; sent * milliseconds <= performance.now() - began; sent++) send();
  }, milliseconds / 2);
  return () => clearInterval(timer);
}

/** 20 ms of silence in Opus: CELT, full band, nothing coded. (RFC 6716 §3.1) */
const silence = Buffer.from([0xf8, 0xff, 0xfe]);

/** The microphone of a stack without a codec: RTP packets of 20 ms, silence while nothing is said. */
export class OpusMicrophone {
  #queue = [];
  #said = null;
  #sequence = 0;
  #timestamp = 0;
  #stop;

  /** @param send takes one RTP packet, or its parts */
  constructor(send) {
    this.#stop = pace(20, () => {
      const payload = this.#queue.shift() ?? silence;
      send({ payload, sequence: this.#sequence, timestamp: this.#timestamp });
      this.#sequence = (this.#sequence + 1) & 0xffff;
      this.#timestamp = (this.#timestamp + 960) >>> 0;
      if (this.#queue.length === 0) this.#said?.();
    });
  }

  async say(packets) {
    this.#queue.push(...packets.map((packet) => Buffer.from(packet, "base64")));
    await new Promise((resolve) => (this.#said = resolve));
    this.#said = null;
  }

  stop() {
    this.#stop();
  }
}
