// Voice to voice, as the person has it: from the last sound of their speech to the first sound of the answer.
// Fed with the levels of both sides; pure, so that it is tested without a browser.

/** Above this a level (0…1) counts as sound. */
const audible = 0.06;

export class LatencyMeter {
  #lastSpeechAt: number | null = null;
  #isWaiting = false;

  /** The server heard the person stop: the next sound of the agent ends the measurement. */
  speechStopped(): void {
    this.#isWaiting = this.#lastSpeechAt !== null;
  }

  /** The person speaks (again): nothing to measure until they stop. */
  speechStarted(): void {
    this.#isWaiting = false;
  }

  /** Levels of both sides at a time in milliseconds; returns the latency once, when the answer is first heard. */
  feed(microphone: number, agent: number, now: number): number | null {
    if (this.#isWaiting) {
      if (agent < audible || this.#lastSpeechAt === null) return null;
      this.#isWaiting = false;
      return Math.round(now - this.#lastSpeechAt);
    }
    if (microphone >= audible) this.#lastSpeechAt = now;
    return null;
  }
}
