// Joins a call, the conversation it carries, and the page.

import { Call } from "./call";
import { type Conversation, emptyConversation, reduce, withLatency } from "./conversation";
import type { ServerEvent } from "./events";
import type { Fault } from "./faults";
import { LatencyMeter } from "./latency";
import { LevelMeter } from "./levels";
import { Rings } from "./rings";
import { View } from "./view";

const view = new View();
const rings = new Rings(view.canvas);
let conversation: Conversation = emptyConversation;
let call: Call | null = null;
let context: AudioContext | null = null;
let microphone: LevelMeter | null = null;
let agent: LevelMeter | null = null;
let latency = new LatencyMeter();
let lastFrame = 0;

view.onTalk = () => (call ? hangUp() : start());
view.onPhrase = (phrase) => say(phrase);
view.show(conversation);
void showServer();

function start(): void {
  update({ ...emptyConversation, phase: "connecting" });
  view.showFault(null);
  latency = new LatencyMeter();
  // Made inside the click: browsers let a page play sound only then.
  context = new AudioContext();
  call = Call.start({
    onEvent,
    onMicrophone: (stream) => (microphone = context && new LevelMeter(context, stream)),
    onAgent: (stream) => {
      view.play(stream);
      agent = context && new LevelMeter(context, stream);
    },
    onEnded,
  });
  requestAnimationFrame(frame);
}

function hangUp(): void {
  call?.hangUp();
}

function onEvent(event: ServerEvent): void {
  if (event.type === "input_audio_buffer.speech_started") latency.speechStarted();
  if (event.type === "input_audio_buffer.speech_stopped") latency.speechStopped();
  if (event.type === "conversation.item.truncated") call?.send({ type: "conversation.item.retrieve", item_id: event.item_id });
  update(reduce(conversation, event));
}

function onEnded(fault: Fault | null): void {
  call = null;
  microphone?.close();
  agent?.close();
  microphone = agent = null;
  void context?.close();
  context = null;
  view.play(null);
  view.showLevels(0, 0);
  view.showFault(fault);
  update({ ...conversation, phase: "off", problem: null });
  rings.draw(0, 0, "off", performance.now());
}

function frame(now: number): void {
  if (!call) return;
  const [mine, its] = [microphone?.read() ?? 0, agent?.read() ?? 0];
  const measured = latency.feed(mine, its, now);
  if (measured !== null) update(withLatency(conversation, measured));
  rings.draw(mine, its, conversation.phase, now);
  // Screen readers and layout need no more than ten updates a second.
  if (now - lastFrame > 100) {
    lastFrame = now;
    view.showLevels(mine, its);
  }
  requestAnimationFrame(frame);
}

function say(phrase: string): void {
  if (!call) return;
  const content = [{ type: "input_text", text: phrase }];
  if (conversation.phase === "speaking" || conversation.phase === "thinking") {
    call.send({ type: "response.cancel" });
    call.send({ type: "output_audio_buffer.clear" });
  }
  call.send({ type: "conversation.item.create", item: { type: "message", role: "user", content } });
  call.send({ type: "response.create" });
}

function update(next: Conversation): void {
  conversation = next;
  view.show(next);
}

async function showServer(): Promise<void> {
  try {
    const response = await fetch("/console.json");
    if (response.ok) view.showServer(await response.json());
  } catch {
    // The page works without it; the call itself will say if the server is gone.
  }
}

window.addEventListener("pagehide", () => call?.hangUp());
