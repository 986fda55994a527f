/** Every server event of a session, in order, and a way to wait for one. Runs in Node and in a page. */
export class EventLog {
  static #limit = 30_000;

  all = [];
  #waiting = new Set();

  add(event) {
    this.all.push(event);
    for (const look of this.#waiting) look();
  }

  /** Where the log ends now: `after` looks from here on. */
  mark() {
    return this.all.length;
  }

  /** The first event of this type from `mark` on for which `holds`, as soon as it is there. */
  after(mark, type, holds = () => true) {
    return new Promise((resolve, reject) => {
      const find = () => this.all.slice(mark).find((event) => event.type === type && holds(event));
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const seen = this.all.slice(mark).map((event) => (event.type === "error" ? `error (${event.error.message})` : event.type));
        reject(new Error(`No ${type} came; what came was: ${seen.join(", ")}`));
      }, EventLog.#limit);
      const look = () => {
        const event = find();
        if (event === undefined) return;
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve(event);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
