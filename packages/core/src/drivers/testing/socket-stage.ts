import { afterEach, beforeEach, expect, vi } from "vitest";
import type { WebSocketDriver } from "../websocket-driver.js";
import { FakeSocket } from "./fake-socket.js";

/** Fake timers, fake sockets, and drivers that leave nothing behind. */
export interface SocketStage {
  /** All that were made in this test, the oldest first. */
  readonly sockets: FakeSocket[];
  last(): FakeSocket;
  /** For `createSocket` of a driver. */
  createSocket(url: string): FakeSocket;
  /** It is closed after the test. */
  closeLater(driver: WebSocketDriver): void;
}

export const tick = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** For one file of tests. */
export function setSocketStage(): SocketStage {
  const sockets: FakeSocket[] = [];
  const drivers: WebSocketDriver[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    sockets.length = 0;
    drivers.length = 0;
  });
  afterEach(async () => {
    const closing = Promise.all(drivers.map((driver) => driver.close()));
    await tick(1_000);
    await closing;
    expect(vi.getTimerCount(), "timers left after close").toBe(0);
    vi.useRealTimers();
  });
  return {
    sockets,
    last() {
      const socket = sockets.at(-1);
      if (!socket) throw new Error("no socket was made");
      return socket;
    },
    createSocket(url) {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
    closeLater: (driver) => void drivers.push(driver),
  };
}
