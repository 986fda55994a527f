import { RealtimeAgent, tool } from "@openai/agents-realtime";
import { clock } from "./conversation.mjs";

/** The same agent over both transports; `calls` gets the arguments of each call of its function. */
export const agent = (calls) =>
  new RealtimeAgent({
    name: "Clock",
    instructions: "You tell the time.",
    tools: [
      tool({
        ...clock.declaration,
        strict: true,
        execute(given) {
          calls.push(given);
          return clock.tell();
        },
      }),
    ],
  });

/** What the SDK shows of the conversation. */
export const historyOf = (session) =>
  session.history.map((item) =>
    item.type === "message"
      ? { role: item.role, status: item.status, text: item.content.map((part) => part.transcript ?? part.text ?? "").join(" ") }
      : { type: item.type, name: item.name, output: item.output },
  );
