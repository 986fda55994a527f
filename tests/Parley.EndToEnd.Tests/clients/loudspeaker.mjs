const rate = 24_000;
const bytesPerMillisecond = (rate * 2) / 1000;

/** A loudspeaker for PCM of 24 kHz that comes faster than it is played. It makes no sound, but it takes its time. */
export class Loudspeaker {
  #received = [];
  #began = 0;
  #milliseconds = 0;

  play(pcm) {
    this.#received.push(pcm);
    if (!this.isPlaying()) {
      this.#began = performance.now();
      this.#milliseconds = 0;
    }
    this.#milliseconds += pcm.length / bytesPerMillisecond;
  }

  /** Throws away what is not yet played; returns how much was, in whole milliseconds. */
  stop() {
    const played = Math.floor(Math.min(performance.now() - this.#began, this.#milliseconds));
    this.#milliseconds = 0;
    return played;
  }

  /** Resolves when everything has been played. */
  async silence() {
    while (this.isPlaying())
      await new Promise((resolve) => setTimeout(resolve, this.#began + this.#milliseconds - performance.now()));
  }

  /** Everything that came, played or not. */
  heard() {
    return { rate, pcm: Buffer.concat(this.#received).toString("base64") };
  }

  isPlaying() {
    return performance.now() - this.#began < this.#milliseconds;
  }
}
