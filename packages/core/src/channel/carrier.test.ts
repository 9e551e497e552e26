import { expect, test } from "vitest";
import { PeerhoodError } from "../errors.js";
import { Carrier } from "./carrier.js";
import { MAX_KEPT_BYTES } from "./constants.js";
import type { DataChannelEvent, DataChannelLike } from "./data-channel-like.js";

const FRAME = new Uint8Array(1_048_576);

/** A native channel that takes everything and passes it to nobody. */
function createNative(): DataChannelLike & { readonly sent: unknown[] } {
  const listeners: ((event: DataChannelEvent) => void)[] = [];
  const sent: unknown[] = [];
  return {
    label: "x",
    id: 1,
    ordered: true,
    protocol: "",
    readyState: "open",
    bufferedAmount: 0,
    bufferedAmountLowThreshold: 0,
    sent,
    send: (data: unknown) => void sent.push(data),
    close: () => {},
    addEventListener: (_: string, listener: (event: DataChannelEvent) => void) => void listeners.push(listener),
    removeEventListener: () => {},
  } as unknown as DataChannelLike & { readonly sent: unknown[] };
}

function createCarrier() {
  const told = { low: 0, overflows: 0 };
  const kept = { bytes: 0 };
  const carrier = new Carrier({
    kept,
    reliable: true,
    raw: false,
    onReceived: () => {},
    onOverflow: () => told.overflows++,
    onClosed: () => {},
  });
  carrier.addEventListener("bufferedamountlow", () => told.low++);
  const native = createNative();
  carrier.attach(native);
  carrier.resume(0);
  return { carrier, native, kept, told };
}

test("a remote that has not said to have what was sent makes the sender wait, up to a bound", () => {
  const { carrier, kept, told } = createCarrier();
  let frames = 0;
  // As a sender does: as long as the buffer is below what it may be.
  while (carrier.bufferedAmount < MAX_KEPT_BYTES && frames < 100) {
    carrier.send(FRAME);
    frames++;
  }
  expect(frames).toBe(MAX_KEPT_BYTES / FRAME.length);
  expect(kept.bytes).toBe(MAX_KEPT_BYTES);
  carrier.acknowledged(1);
  carrier.roomAgain();
  expect(carrier.bufferedAmount).toBe(0);
  expect(told).toEqual({ low: 1, overflows: 0 });
});

test("what is kept goes out again over the next native channel, from where the remote is, before anything new", () => {
  const { carrier, native, kept } = createCarrier();
  for (const text of ["0", "1", "2"]) carrier.send(text);
  expect(native.sent).toEqual(["0", "1", "2"]);
  carrier.detach();
  carrier.send("3");
  const next = createNative();
  carrier.attach(next);
  expect([carrier.readyState, next.sent]).toEqual(["connecting", []]);
  carrier.resume(2);
  expect([carrier.readyState, next.sent]).toEqual(["open", ["2", "3"]]);
  carrier.acknowledged(4);
  expect(kept.bytes).toBe(0);
  expect(() => carrier.acknowledged(5)).toThrow(RangeError);
});

test("a native channel that is closed and does not know it yet loses nothing, and throws nothing", () => {
  const { carrier, native } = createCarrier();
  native.send = () => {
    throw new PeerhoodError("CHANNEL_CLOSED", "errno=104");
  };
  expect(native.readyState).toBe("open");
  carrier.send("0");
  carrier.detach();
  const next = createNative();
  carrier.attach(next);
  carrier.resume(0);
  expect(next.sent).toEqual(["0"]);
});

test("who goes on beyond twice the bound is told that the remote can not be honest", () => {
  const { carrier, told } = createCarrier();
  for (let sent = 0; sent <= 2 * MAX_KEPT_BYTES; sent += FRAME.length) carrier.send(FRAME);
  expect(told.overflows).toBe(1);
});
