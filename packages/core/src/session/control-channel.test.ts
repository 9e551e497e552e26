import { VirtualClock } from "@peerhood/testing";
import { expect, test } from "vitest";
import type { Connection } from "../adapter.js";
import { PeerhoodError } from "../errors.js";
import { ControlChannel } from "./control-channel.js";

test.each([
  ["CHANNEL_CLOSED", 0],
  ["UNSUPPORTED_PAYLOAD", 1],
] as const)("a message that native code refuses with %s is so many violations: %i", (code, expected) => {
  const violations: PeerhoodError[] = [];
  const channel = {
    readyState: "open",
    addEventListener: () => {},
    send: () => {
      throw new PeerhoodError(code, "errno=104");
    },
  };
  const control = new ControlChannel({
    connection: { maxMessageBytes: 65_536, createChannel: () => channel } as unknown as Connection,
    clock: new VirtualClock(),
    runtime: "test",
    receipt: () => ({ m: 0, c: [] }),
    onOpen: () => {},
    onMessage: () => {},
    onHeard: () => {},
    onSaid: () => {},
    // The hello is the first.
    onViolation: (error) => violations.push(error),
    onClose: () => {},
  });
  expect(control.open).toBe(false);
  expect(violations).toHaveLength(expected);
});
