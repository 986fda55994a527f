// A browser as a phone that the test controls; the protocol is in ../stacks/phone.mjs.
// usage: node phone.mjs --browser chromium|firefox --url URL [--executable PATH] [--fieldtrials TRIALS]

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import puppeteer from "puppeteer-core";
import { serve, tell } from "../stacks/phone.mjs";
import { chromium, firefox } from "./browsers.mjs";
import { installPhone } from "./page-phone.mjs";

const { values: options } = parseArgs({
  options: {
    browser: { type: "string", default: "chromium" },
    url: { type: "string" },
    executable: { type: "string" },
    fieldtrials: { type: "string" },
  },
});

const profile = await mkdtemp(join(tmpdir(), "parley-browser-"));
const flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"];
if (options.fieldtrials) flags.push(`--force-fieldtrials=${options.fieldtrials}`);
const browser = await puppeteer.launch(
  options.browser === "firefox" ? firefox(profile, options.executable) : chromium(profile, options.executable, flags),
);
const page = await browser.newPage();
page.on("pageerror", (error) => tell({ fault: String(error) }));
await page.exposeFunction("tell", tell);
// Any page of the server will do: a microphone is given to a page on loopback only, and Firefox shows its addresses only to
// a page that has one.
await page.goto(options.url, { waitUntil: "load" });
await page.evaluate(installPhone);

const [, version] = /([\d.]+)/.exec(await browser.version());
const verbs = ["offer", "restart", "answer", "send", "say", "heard"];
const name = options.browser === "firefox" ? "Firefox" : options.fieldtrials?.includes("Snap") ? "Chromium with SNAP" : "Chromium";
await serve({ stack: name, version: version.split(".")[0] }, {
  ...Object.fromEntries(verbs.map((verb) => [
    verb,
    async (command) => (await page.evaluate((name, given) => window.phone[name](given), verb, command)) ?? undefined,
  ])),
  async end() {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  },
});
