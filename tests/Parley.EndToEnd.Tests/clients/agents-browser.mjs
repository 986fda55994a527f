// @openai/agents-realtime in Chromium, the way an application has it: a page of its own server, which mints the tokens. It talks over WebRTC,
// and then writes over a WebSocket.
// usage: node agents-browser.mjs --url URL --key KEY --phrases FILE

import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import OpenAI from "openai";
import puppeteer from "puppeteer-core";
import { chromium } from "../browser/browsers.mjs";
import { options, report, versionOf } from "./report.mjs";

const { url, key, phrases } = options();
const openai = new OpenAI({ baseURL: new URL("v1", url).href, apiKey: key });
const { outputFiles } = await build({
  entryPoints: [new URL("agents-page.mjs", import.meta.url).pathname],
  bundle: true, write: false, format: "esm", logLevel: "error",
});

const app = createServer(async (request, response) => {
  if (request.url === "/token") {
    const secret = await openai.realtime.clientSecrets.create({ session: { type: "realtime", model: "gpt-realtime" } });
    response.setHeader("content-type", "application/json").end(JSON.stringify(secret));
  } else if (request.url === "/page.js") {
    response.setHeader("content-type", "text/javascript").end(outputFiles[0].text);
  } else {
    response.setHeader("content-type", "text/html").end('<!doctype html><script type="module" src="/page.js"></script>');
  }
});
await new Promise((resolve) => app.listen(0, "127.0.0.1", resolve));

const profile = await mkdtemp(join(tmpdir(), "parley-browser-"));
const browser = await puppeteer.launch({
  ...chromium(profile, undefined, ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]),
  protocolTimeout: 180_000,
});
let result;
try {
  const page = await browser.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(`http://127.0.0.1:${app.address().port}/`, { waitUntil: "networkidle0" });
  const calls = new URL("v1/realtime/calls", url).href;
  const talked = await page.evaluate((given) => window.talk(given), { calls, phrases });
  const socket = new URL("v1/realtime?model=gpt-realtime", url).href.replace("http", "ws");
  const written = await page.evaluate((given) => window.write(given), { socket, text: "Good morning." });
  result = { ...talked, written, client: "@openai/agents-realtime", version: versionOf("@openai/agents-realtime"), faults: [...talked.faults, ...faults] };
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
report(result);
