// What the page knows of the conversation: a pure reduction of server events, so that it is tested without a browser.

import type { ServerEvent } from "./events.js";

export type Phase = "off" | "connecting" | "listening" | "hearing" | "thinking" | "speaking";

export interface Line {
  id: string;
  who: "you" | "agent";
  text: string;
  /** The words are still coming. */
  isOpen: boolean;
  wasInterrupted: boolean;
  /** From the end of the person's speech to the first sound of the answer, in milliseconds. */
  latencyMs?: number;
}

export interface Conversation {
  phase: Phase;
  lines: Line[];
  /** The last problem that the server reported. */
  problem: string | null;
}

export const emptyConversation: Conversation = { phase: "off", lines: [], problem: null };

const notUnderstood = "(not understood)";

export function reduce(state: Conversation, event: ServerEvent): Conversation {
  switch (event.type) {
    case "session.created":
      return { ...state, phase: "listening", problem: null };
    case "input_audio_buffer.speech_started":
      return { ...state, phase: "hearing", problem: null };
    case "input_audio_buffer.speech_stopped":
      return { ...state, phase: "thinking" };
    case "conversation.item.added":
      return event.item?.type === "message" ? addLine(state, event.item) : state;
    case "conversation.item.input_audio_transcription.delta":
      return edit(state, event.item_id, (line) => ({ ...line, text: line.text + (event.delta ?? "") }));
    case "conversation.item.input_audio_transcription.completed":
      return edit(state, event.item_id, (line) => ({
        ...line,
        text: event.transcript?.trim() || notUnderstood,
        isOpen: false,
      }));
    case "conversation.item.input_audio_transcription.failed":
      return edit(state, event.item_id, (line) => ({ ...line, text: "(could not be transcribed)", isOpen: false }));
    case "response.created":
      return { ...state, phase: state.phase === "speaking" ? state.phase : "thinking" };
    case "response.output_audio_transcript.delta":
    case "response.output_text.delta":
      return edit(state, event.item_id, (line) => ({ ...line, text: line.text + (event.delta ?? "") }));
    case "response.output_audio_transcript.done":
    case "response.output_text.done":
      return edit(state, event.item_id, (line) => ({ ...line, isOpen: false }));
    case "conversation.item.truncated":
      return edit(state, event.item_id, (line) => ({ ...line, isOpen: false, wasInterrupted: true }));
    case "conversation.item.retrieved":
      return event.item ? showHeard(state, event.item) : state;
    case "output_audio_buffer.started":
      return { ...state, phase: "speaking" };
    case "output_audio_buffer.stopped":
      return { ...state, phase: "listening" };
    case "output_audio_buffer.cleared":
      return { ...state, phase: state.phase === "hearing" ? "hearing" : "listening" };
    case "response.done":
      return endResponse(state, event);
    case "error":
      return { ...state, problem: event.error?.message ?? "The server reported an error." };
    default:
      return state;
  }
}

/** Writes a measured latency to the newest line of the agent. */
export function withLatency(state: Conversation, latencyMs: number): Conversation {
  const last = state.lines.findLast((line) => line.who === "agent");
  return last ? edit(state, last.id, (line) => ({ ...line, latencyMs })) : state;
}

function addLine(state: Conversation, item: NonNullable<ServerEvent["item"]>): Conversation {
  if (state.lines.some((line) => line.id === item.id) || (item.role !== "user" && item.role !== "assistant")) return state;
  const text = (item.content ?? []).map((part) => part.text ?? part.transcript ?? "").join(" ").trim();
  const who = item.role === "user" ? "you" : "agent";
  return { ...state, lines: [...state.lines, { id: item.id, who, text, isOpen: text === "", wasInterrupted: false }] };
}

/** After an interruption the server keeps only the words that were heard; the page shows the same. */
function showHeard(state: Conversation, item: NonNullable<ServerEvent["item"]>): Conversation {
  const heard = (item.content ?? []).map((part) => part.text ?? part.transcript ?? "").join(" ").trim();
  return edit(state, item.id, (line) => (line.wasInterrupted ? { ...line, text: `${heard} …`.trim() } : line));
}

function endResponse(state: Conversation, event: ServerEvent): Conversation {
  const response = event.response;
  const lines = state.lines.filter((line) => !(line.who === "agent" && line.isOpen && line.text === ""));
  if (response?.status === "failed") {
    const problem = response.status_details?.error?.message ?? "The answer failed.";
    return { ...state, lines, phase: state.phase === "thinking" ? "listening" : state.phase, problem };
  }
  const closed = lines.map((line) =>
    line.who === "agent" && line.isOpen ? { ...line, isOpen: false, wasInterrupted: response?.status === "cancelled" } : line,
  );
  // A spoken answer is followed by output_audio_buffer.started and stopped, which move the phase on.
  return { ...state, lines: closed };
}

function edit(state: Conversation, id: string | undefined, change: (line: Line) => Line): Conversation {
  if (!state.lines.some((line) => line.id === id)) return state;
  return { ...state, lines: state.lines.map((line) => (line.id === id ? change(line) : line)) };
}
