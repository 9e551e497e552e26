import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WebSocket } from "ws";
import { Connection } from "./connection.js";
import { createCounters } from "./counters.js";
import { Exchange } from "./exchange.js";
import { DEFAULT_LIMITS } from "./limits.js";
import { encodeFrame, FrameType, PROTOCOL_VERSION } from "./protocol.js";
import { Outbox } from "./outbox.js";
import type { Topics } from "./topics.js";

// What can not be seen from outside: that nothing is kept of a client that is gone.

class FakeSocket extends EventEmitter {
  readonly bufferedAmount = 0;
  readonly isPaused = false;
  readonly closedWith: number[] = [];
  send(): void {}
  ping(): void {}
  terminate(): void {}
  close(code: number): void {
    this.closedWith.push(code);
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const CLIENT = { address: "127.0.0.1", origin: undefined, stream: new PassThrough() };
const exchange = new Exchange(DEFAULT_LIMITS);
const context = {
  exchange,
  limits: DEFAULT_LIMITS,
  counters: createCounters(),
  authorize: undefined,
  outbox: new Outbox(),
};

async function greeted(): Promise<{ topics: Topics; socket: FakeSocket; connection: Connection }> {
  const { topics } = exchange;
  const socket = new FakeSocket();
  const connection = new Connection(socket as unknown as WebSocket, context, CLIENT);
  socket.emit("message", encodeFrame(FrameType.hello, PROTOCOL_VERSION), true);
  await vi.advanceTimersByTimeAsync(0);
  for (const topic of ["a", "b", "c"]) socket.emit("message", encodeFrame(FrameType.subscribe, 1, topic), true);
  expect(topics.size).toBe(3);
  return { topics, socket, connection };
}

describe("a connection leaves no topic and no timer", () => {
  it("when its socket closes", async () => {
    const { topics, socket } = await greeted();
    socket.emit("close");
    expect(topics.size).toBe(0);
    // What it wrote is let go at the end of the turn.
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("when the server ends it, whatever comes afterwards", async () => {
    const { topics, socket, connection } = await greeted();
    connection.end(1001, "going away");
    socket.emit("message", encodeFrame(FrameType.subscribe, 1, "late"), true);
    connection.end(1001, "again");
    socket.emit("close");
    expect(topics.size).toBe(0);
    expect(socket.closedWith).toEqual([1001]);
  });

  it("when it never said hello", async () => {
    const socket = new FakeSocket();
    void new Connection(socket as unknown as WebSocket, context, CLIENT);
    socket.emit("close");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("when it leaves a topic that others stay in", async () => {
    const { topics, socket } = await greeted();
    const delivered: Uint8Array[] = [];
    const other = { deliver: (frame: Uint8Array) => void delivered.push(frame) };
    const topic = topics.add("a", other);
    if (typeof topic === "number") return expect.unreachable();
    socket.emit("close");
    topics.publish("a", () => Buffer.from("x"));
    topics.publish("b", () => expect.unreachable());
    expect(delivered).toHaveLength(1);
    topics.remove(topic, other);
    topics.remove(topic, other);
    expect(topics.size).toBe(0);
  });
});
