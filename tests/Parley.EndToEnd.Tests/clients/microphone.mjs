import { pace } from "../stacks/phone.mjs";

const samplesPerFrame = 480;

/** A microphone that is always on: frames of 480 samples, silence while nothing is said. */
export class Microphone {
  #phrases;
  #queue = new Int16Array(0);
  #said = null;
  stop;

  /** @param phrases PCM in base64 by its words; `rate` theirs, in Hz; `send` takes one frame */
  constructor(phrases, rate, send) {
    this.#phrases = phrases;
    this.stop = pace((samplesPerFrame * 1000) / rate, () => {
      const frame = new Int16Array(samplesPerFrame);
      frame.set(this.#queue.subarray(0, samplesPerFrame));
      this.#queue = this.#queue.subarray(Math.min(samplesPerFrame, this.#queue.length));
      send(frame);
      if (this.#queue.length === 0) this.#said?.();
    });
  }

  /** Returns when all of it was sent. */
  async say(words) {
    const bytes = Buffer.from(this.#phrases[words], "base64");
    this.#queue = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    await new Promise((resolve) => (this.#said = resolve));
    this.#said = null;
  }
}
