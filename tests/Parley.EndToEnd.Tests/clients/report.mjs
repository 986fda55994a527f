import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

/**
 * The options that every program has: where the server is, an API key of it, and a file of phrases as PCM in base64 by their words; and
 * the address of an MCP server.
 */
export function options() {
  const { values } = parseArgs({
    options: { url: { type: "string" }, key: { type: "string" }, phrases: { type: "string" }, mcp: { type: "string" } },
  });
  return { url: new URL(values.url), key: values.key, mcp: values.mcp, phrases: JSON.parse(readFileSync(values.phrases, "utf8")) };
}

/** The installed version of an npm package. */
export const versionOf = (name) => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), "utf8")).version;

/** Prints what the test looks at, whole, before the program ends. */
export function report(result) {
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}
