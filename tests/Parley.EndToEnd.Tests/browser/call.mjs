// Opens the talk page in a real browser, presses Talk, lets a fake microphone speak, records both sides, hangs up.
// usage: node call.mjs --browser chromium|firefox --executable PATH --url URL --microphone in.wav --seconds N --out both.wav [--screenshot page.png]
// Writes a stereo WAV (left: microphone, right: agent) and prints one JSON object: events, what the page showed, faults.

import { readFile, writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import puppeteer from "puppeteer-core";
import { chromium, fakeMicrophone, firefox } from "./browsers.mjs";
import { recordCall } from "./recorder.mjs";
import { stereoWav } from "./wav.mjs";

const { values: options } = parseArgs({
  options: {
    browser: { type: "string", default: "chromium" },
    executable: { type: "string" },
    url: { type: "string" },
    microphone: { type: "string" },
    seconds: { type: "string", default: "10" },
    out: { type: "string" },
    screenshot: { type: "string" },
  },
});

const profile = await mkdtemp(join(tmpdir(), "parley-browser-"));
const browser = await puppeteer.launch(
  options.browser === "firefox"
    ? firefox(profile, options.executable)
    : chromium(profile, options.executable, fakeMicrophone(options.microphone)),
);
try {
  const page = await browser.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  if (options.browser === "chromium") await page.setViewport({ width: 1280, height: 820 });

  // Firefox has no microphone that plays a file: there the page's microphone is the file, decoded by the page itself.
  const microphone = options.browser === "firefox" ? (await readFile(options.microphone)).toString("base64") : null;
  await page.evaluateOnNewDocument(recordCall, microphone);
  await page.goto(options.url, { waitUntil: "load" });
  await page.click("#talk");
  await new Promise((resolve) => setTimeout(resolve, Number(options.seconds) * 1000));
  if (options.screenshot) await page.screenshot({ path: options.screenshot });

  const shown = await page.evaluate(() => ({
    phase: document.body.dataset.phase,
    lines: [...document.querySelectorAll("#transcript li")].map((line) => ({
      who: line.children[0].textContent,
      text: line.children[1].textContent,
      note: line.children[2].textContent,
    })),
    latency: document.getElementById("latency").textContent,
    fault: document.getElementById("fault").hidden ? null : document.getElementById("fault").textContent,
  }));
  const recording = await page.evaluate(() => window.parleyRecording.take());
  // A call that broke has ended by itself; pressing the button then would start another.
  if (shown.phase !== "off") {
    await page.click("#talk");
    await page.waitForFunction(() => document.body.dataset.phase === "off", { timeout: 5000 });
  }

  await writeFile(options.out, stereoWav(recording.sampleRate, recording.left, recording.right));
  console.log(JSON.stringify({ events: recording.events, dropouts: recording.dropouts, stats: recording.stats, shown, faults }));
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
