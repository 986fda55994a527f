import assert from "node:assert/strict";
import { test } from "node:test";
import { LatencyMeter } from "../src/latency.js";

test("latency runs from the last sound of the person to the first sound of the agent, once", () => {
  const meter = new LatencyMeter();
  meter.speechStarted();
  for (let now = 0; now <= 1000; now += 20) meter.feed(0.5, 0, now);
  for (let now = 1020; now <= 1500; now += 20) assert.equal(meter.feed(0, 0, now), null);
  meter.speechStopped();
  assert.equal(meter.feed(0, 0, 1520), null);
  assert.equal(meter.feed(0, 0.4, 1600), 600);
  assert.equal(meter.feed(0, 0.4, 1620), null);
});

test("speaking on cancels the measurement", () => {
  const meter = new LatencyMeter();
  meter.feed(0.5, 0, 0);
  meter.speechStopped();
  meter.speechStarted();
  assert.equal(meter.feed(0.5, 0.4, 300), null);
});

test("an answer with no speech before it measures nothing", () => {
  const meter = new LatencyMeter();
  meter.speechStopped();
  assert.equal(meter.feed(0, 0.5, 100), null);
});
