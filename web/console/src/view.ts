// The page's elements, and what they show. No state but the elements themselves.

import type { Conversation, Line, Phase } from "./conversation";
import type { Fault } from "./faults";

export interface ServerInfo {
  version: string;
  models: { recognizer: string; chat: string; synthesizer: string };
  /** What the embedded recogniser knows; empty when another recogniser is used. */
  phrases: string[];
}

const phaseTexts: Record<Phase, string> = {
  off: "Press Talk and say hello.",
  connecting: "Connecting …",
  listening: "Listening",
  hearing: "Hearing you",
  thinking: "Thinking",
  speaking: "Speaking. You can interrupt.",
};

export class View {
  onTalk: () => void = () => undefined;
  onPhrase: (phrase: string) => void = () => undefined;

  readonly canvas = element("rings", HTMLCanvasElement);
  readonly #talk = element("talk", HTMLButtonElement);
  readonly #talkLabel = element("talk-label", HTMLElement);
  readonly #phase = element("phase", HTMLElement);
  readonly #transcript = element("transcript", HTMLElement);
  readonly #empty = element("empty", HTMLElement);
  readonly #fault = element("fault", HTMLElement);
  readonly #latency = element("latency", HTMLElement);
  readonly #voice = element("voice", HTMLAudioElement);
  readonly #levels = [element("you-level", HTMLElement), element("agent-level", HTMLElement)] as const;

  constructor() {
    this.#talk.addEventListener("click", () => this.onTalk());
    // On a narrow page the list would push the conversation out of sight.
    element("phrases-details", HTMLDetailsElement).open = window.matchMedia("(min-width: 60rem)").matches;
  }

  show(conversation: Conversation): void {
    const { phase, lines, problem } = conversation;
    document.body.dataset["phase"] = phase;
    setText(this.#phase, phaseTexts[phase]);
    setText(this.#talkLabel, phase === "off" ? "Talk" : "End");
    this.#talk.setAttribute("aria-label", phase === "off" ? "Talk: start the call" : "End the call");
    this.#empty.hidden = lines.length > 0;
    this.#showLines(lines);
    this.#showLatency(lines);
    if (problem) this.showFault({ title: "The answer did not come.", advice: problem });
    else if (phase === "hearing") this.showFault(null);
  }

  showFault(fault: Fault | null): void {
    this.#fault.hidden = fault === null;
    if (!fault) return;
    const title = document.createElement("strong");
    title.textContent = fault.title;
    this.#fault.replaceChildren(title, ` ${fault.advice}`);
  }

  /** Levels are 0…1. */
  showLevels(you: number, agent: number): void {
    for (const [meter, level] of [[this.#levels[0], you], [this.#levels[1], agent]] as const) {
      meter.setAttribute("aria-valuenow", String(Math.round(level * 100)));
      (meter.firstElementChild as HTMLElement).style.setProperty("--level", level.toFixed(3));
    }
  }

  showServer(info: ServerInfo): void {
    setText(element("models", HTMLElement), `${info.models.recognizer} → ${info.models.chat} → ${info.models.synthesizer}`);
    if (info.phrases.length === 0) return;
    element("phrases-panel", HTMLElement).hidden = false;
    setText(
      element("phrases-note", HTMLElement),
      `The built-in recogniser knows these ${info.phrases.length} phrases and nothing else. During a call, press one to ask it without speaking.`,
    );
    element("phrases", HTMLElement).replaceChildren(...info.phrases.map((phrase) => this.#phraseItem(phrase)));
  }

  play(stream: MediaStream | null): void {
    this.#voice.srcObject = stream;
  }

  #phraseItem(phrase: string): HTMLLIElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = phrase;
    button.addEventListener("click", () => this.onPhrase(phrase));
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  #showLines(lines: Line[]): void {
    const isAtEnd = this.#transcript.scrollHeight - this.#transcript.scrollTop - this.#transcript.clientHeight < 80;
    while (this.#transcript.children.length > lines.length) this.#transcript.lastElementChild?.remove();
    lines.forEach((line, index) => {
      const item = this.#transcript.children[index] ?? this.#transcript.appendChild(newLine());
      item.className = `${line.who}${line.isOpen ? " open" : ""}${line.wasInterrupted ? " interrupted" : ""}`;
      const [who, text, note] = item.children as unknown as [HTMLElement, HTMLElement, HTMLElement];
      setText(who, line.who === "you" ? "You" : "Agent");
      setText(text, line.text || "…");
      setText(note, noteOf(line));
    });
    if (isAtEnd) this.#transcript.scrollTop = this.#transcript.scrollHeight;
  }

  #showLatency(lines: Line[]): void {
    const measured = lines.flatMap((line) => line.latencyMs ?? []).sort((a, b) => a - b);
    this.#latency.hidden = measured.length === 0;
    if (measured.length === 0) return;
    const last = lines.findLast((line) => line.latencyMs !== undefined)?.latencyMs;
    const median = measured[Math.floor(measured.length / 2)];
    setText(this.#latency, `Voice to voice ${last} ms${measured.length > 1 ? `, median ${median} ms of ${measured.length}` : ""}`);
  }
}

function noteOf(line: Line): string {
  const notes = [];
  if (line.latencyMs !== undefined) notes.push(`after ${line.latencyMs} ms`);
  if (line.wasInterrupted) notes.push("interrupted");
  return notes.join(" · ");
}

function newLine(): HTMLLIElement {
  const item = document.createElement("li");
  item.append(document.createElement("b"), document.createElement("p"), document.createElement("small"));
  return item;
}

/** Leaves an unchanged text alone, so that a screen reader does not read it again. */
function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no #${id}.`);
  return found;
}
