import { expect, test } from "vitest";
import { runScript } from "./run-script.js";

test("a bot survives whatever a remote, a driver or a listener does, and each is a typed error", async () => {
  const { code, signal, stderr, result } = await runScript("hostile.ts", { timeoutMs: 110_000 });
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
  expect(result).toMatchObject({
    echoed: "echo still there?",
    remotes: 0,
    seen: {
      listeners: ["LISTENER_FAILED"],
      publish: ["DRIVER_FAILED"],
      "bad SDP": ["INVALID_DESCRIPTION"],
      "bad candidates": ["INVALID_CANDIDATE"],
      "70,000-byte label": expect.arrayContaining(["PROTOCOL_ERROR"]),
      "garbage on control": expect.arrayContaining(["PROTOCOL_ERROR"]),
      "channels of its own": ["UNEXPECTED_CHANNEL"],
      "flood of channels asked for": ["256 channels"],
      "nobody awaits": ["UNKNOWN_REMOTE"],
    },
  });
}, 120_000);
