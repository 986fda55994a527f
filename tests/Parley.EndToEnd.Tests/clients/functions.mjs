import { clock } from "./conversation.mjs";

/** Runs the functions that a response asked for, sends what they returned, and asks for the answer. */
export function runFunctions(response, calls, send) {
  const asked = response.output.filter(({ type }) => type === "function_call");
  for (const { name, call_id, arguments: given } of asked) {
    if (name !== clock.declaration.name) throw new Error(`There is no function ${name}.`);
    calls.push(JSON.parse(given));
    send({ type: "conversation.item.create", item: { type: "function_call_output", call_id, output: clock.tell() } });
  }
  if (asked.length > 0) send({ type: "response.create" });
}
