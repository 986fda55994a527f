import assert from "node:assert/strict";
import { test } from "node:test";
import { microphoneFault, serverFault } from "../src/faults.js";

test("every fault says what to do", () => {
  for (const name of ["NotAllowedError", "NotFoundError", "NotReadableError", "InsecureContext", "Strange"])
    assert.ok(microphoneFault(name).advice.length > 10);
  for (const status of [0, 400, 401, 429, 503]) assert.ok(serverFault(status, null).advice.length > 10);
});

test("the server's own words win", () => {
  assert.equal(serverFault(400, "The offer has no audio m-section.").advice, "The offer has no audio m-section.");
});
