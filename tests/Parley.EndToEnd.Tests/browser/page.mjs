// The talk page without a call: on a phone's screen, by keyboard, with a microphone that is refused.
// usage: node page.mjs --url URL [--executable PATH] [--screenshot page.png]
// Prints one JSON object: what was seen.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import puppeteer from "puppeteer-core";
import { chromium } from "./browsers.mjs";

const { values: options } = parseArgs({
  options: { executable: { type: "string" }, url: { type: "string" }, screenshot: { type: "string" } },
});

const profile = await mkdtemp(join(tmpdir(), "parley-browser-"));
const browser = await puppeteer.launch(chromium(profile, options.executable, ["--use-fake-device-for-media-stream", "--deny-permission-prompts"]));
try {
  const page = await browser.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  await page.setViewport({ width: 360, height: 740, isMobile: true, hasTouch: true });
  await page.goto(options.url, { waitUntil: "networkidle0" });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

  // By keyboard alone: the skip link comes first, then the button.
  const focused = [];
  for (let i = 0; i < 2; i++) {
    await page.keyboard.press("Tab");
    focused.push(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent));
  }
  const name = await page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim());
  await page.keyboard.press("Enter");
  await page.waitForSelector("#fault:not([hidden])", { timeout: 10_000 });
  const fault = await page.evaluate(() => document.getElementById("fault").textContent);
  const phase = await page.evaluate(() => document.body.dataset.phase);
  if (options.screenshot) await page.screenshot({ path: options.screenshot });

  const tree = await page.accessibility.snapshot();
  const unnamed = [];
  (function visit(node) {
    if (["button", "link", "meter", "log"].includes(node.role) && !node.name) unnamed.push(node.role);
    (node.children ?? []).forEach(visit);
  })(tree);
  console.log(JSON.stringify({ overflow, focused, name, fault, phase, unnamed, faults }));
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
