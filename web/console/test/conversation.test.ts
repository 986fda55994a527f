import assert from "node:assert/strict";
import { test } from "node:test";
import { type Conversation, emptyConversation, reduce, withLatency } from "../src/conversation.js";
import { type ServerEvent, parseEvent } from "../src/events.js";

const user = { id: "item_u", type: "message", role: "user", content: [{ type: "input_audio" }] };
const assistant = { id: "item_a", type: "message", role: "assistant", content: [] };

/** A spoken turn in the order of the protocol. */
const turn: ServerEvent[] = [
  { type: "session.created" },
  { type: "input_audio_buffer.speech_started", item_id: "item_u" },
  { type: "input_audio_buffer.speech_stopped", item_id: "item_u" },
  { type: "input_audio_buffer.committed", item_id: "item_u" },
  { type: "conversation.item.added", item: user },
  { type: "response.created", response: { id: "resp_1", status: "in_progress" } },
  { type: "conversation.item.input_audio_transcription.completed", item_id: "item_u", transcript: "What time is it?" },
  { type: "conversation.item.added", item: assistant },
  { type: "output_audio_buffer.started", response_id: "resp_1" },
  { type: "response.output_audio_transcript.delta", item_id: "item_a", delta: "It is " },
  { type: "response.output_audio_transcript.delta", item_id: "item_a", delta: "noon." },
];

const run = (events: ServerEvent[], from: Conversation = emptyConversation) => events.reduce(reduce, from);

test("a turn passes through listening, hearing, thinking and speaking", () => {
  const phases = turn.map((_, index) => run(turn.slice(0, index + 1)).phase);
  assert.deepEqual([...new Set(phases)], ["listening", "hearing", "thinking", "speaking"]);
});

test("both sides appear in order with their words", () => {
  const lines = run(turn).lines.map(({ who, text }) => [who, text]);
  assert.deepEqual(lines, [["you", "What time is it?"], ["agent", "It is noon."]]);
});

test("an interruption marks the answer and goes back to hearing", () => {
  const state = run(
    [
      { type: "input_audio_buffer.speech_started", item_id: "item_2" },
      { type: "response.done", response: { id: "resp_1", status: "cancelled", status_details: { reason: "turn_detected" } } },
      { type: "output_audio_buffer.cleared", response_id: "resp_1" },
      { type: "conversation.item.truncated", item_id: "item_a", audio_end_ms: 300 },
    ],
    run(turn),
  );
  assert.equal(state.phase, "hearing");
  assert.equal(state.lines[1]?.wasInterrupted, true);
});

test("after an interruption only the words that were heard are shown", () => {
  const heard = { id: "item_a", type: "message", role: "assistant", content: [{ type: "output_audio", transcript: "It is" }] };
  const truncated: ServerEvent = { type: "conversation.item.truncated", item_id: "item_a", audio_end_ms: 300 };
  assert.equal(run([truncated, { type: "conversation.item.retrieved", item: heard }], run(turn)).lines[1]?.text, "It is …");
  assert.equal(run([{ type: "conversation.item.retrieved", item: heard }], run(turn)).lines[1]?.text, "It is noon.");
});

test("speech that was not understood is shown as such", () => {
  const state = run([{ type: "conversation.item.input_audio_transcription.completed", item_id: "item_u", transcript: "" }], run(turn.slice(0, 5)));
  assert.equal(state.lines[0]?.text, "(not understood)");
});

test("a failed answer is a problem, and the call listens again", () => {
  const state = run(
    [{ type: "response.done", response: { id: "r", status: "failed", status_details: { error: { message: "The chat endpoint is unreachable." } } } }],
    run(turn.slice(0, 6)),
  );
  assert.equal(state.phase, "listening");
  assert.equal(state.problem, "The chat endpoint is unreachable.");
});

test("latency is written to the newest answer", () => {
  assert.equal(withLatency(run(turn), 640).lines[1]?.latencyMs, 640);
  assert.deepEqual(withLatency(emptyConversation, 640), emptyConversation);
});

test("events for unknown items and unknown types change nothing", () => {
  const state = run(turn);
  assert.equal(reduce(state, { type: "conversation.item.truncated", item_id: "nobody" }), state);
  assert.equal(reduce(state, { type: "rate_limits.updated" }), state);
});

test("what is not an event is not parsed as one", () => {
  for (const text of ["", "null", "7", "[]", "{}", '{"type":3}', "{"]) assert.equal(parseEvent(text), null);
  assert.equal(parseEvent('{"type":"error"}')?.type, "error");
});
