// The conversation that every client holds with the server: by voice, with a tool call and an interruption, and in writing.

/** What is said aloud. The story goes on until it is interrupted. */
export const spoken = { question: "What time is it?", story: "Tell me a story.", interruption: "Count to ten." };
const written = "How are you?";

/** The client's function: what the model is told of it, and what it returns. */
export const clock = {
  declaration: {
    name: "get_time",
    description: "Tells the time.",
    parameters: { type: "object", properties: { zone: { type: "string" } }, required: ["zone"], additionalProperties: false },
  },
  tell: () => "a quarter past seven",
};

/**
 * @param client what a program made of its library:
 *   events           the log of all server events
 *   say(words)       says one of `spoken` into the microphone, to its end
 *   soundBegan(mark) resolves when the first sound of an answer has arrived after `mark`
 *   played(id)       resolves when the loudspeaker has played the response with this id to its end
 *   write(text)      sends a text message and asks for an answer
 * @returns what was understood and answered, for the test to look at
 */
export async function converse({ events, say, soundBegan, played, write }) {
  const understood = (mark) => events.after(mark, "conversation.item.input_audio_transcription.completed").then(({ transcript }) => transcript);
  const answered = async (mark) => {
    const { response } = await events.after(mark, "response.done", ({ response }) => transcriptOf(response) && response.status === "completed");
    await played(response.id);
    return transcriptOf(response);
  };

  const asked = events.mark();
  await say(spoken.question);
  const question = await understood(asked);
  const answer = await answered(asked);

  const begun = events.mark();
  await say(spoken.story);
  const story = await understood(begun);
  await soundBegan(begun);
  const interrupted = events.mark();
  await say(spoken.interruption);
  const cut = await events.after(interrupted, "response.done", ({ response }) => response.status === "cancelled");
  const truncated = await events.after(interrupted, "conversation.item.truncated");
  const interruption = await understood(interrupted);
  const afterwards = await answered(interrupted);

  const typed = events.mark();
  await write(written);
  const reply = await answered(typed);

  return {
    understood: [question, story, interruption],
    answers: [answer, afterwards, reply],
    cut: { ...cut.response.status_details, story: cut.response.output[0]?.id, truncated: truncated.item_id, at: truncated.audio_end_ms },
  };
}

function transcriptOf(response) {
  return response.output
    .flatMap((item) => (item.type === "message" ? item.content : []))
    .map((part) => part.transcript ?? part.text ?? "")
    .join(" ");
}
