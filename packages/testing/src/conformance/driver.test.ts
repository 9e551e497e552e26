import { BroadcastChannelDriver, MemoryDriver, type Driver } from "@peerhood/core";
import { describe, expect, it, vi } from "vitest";
import { driverConformance } from "./driver.js";

describe("MemoryDriver", () => {
  const about = { driver: "MemoryDriver", broker: "none: one process", kind: "real" } as const;
  for (const { name, run } of driverConformance({ createDriver: () => new MemoryDriver() })) {
    it(name, { meta: { driverCase: { ...about, name } } }, run);
  }
});

describe("BroadcastChannelDriver", () => {
  const about = { driver: "BroadcastChannelDriver", broker: "none: BroadcastChannel of Node", kind: "real" } as const;
  for (const { name, run } of driverConformance({ createDriver: () => new BroadcastChannelDriver() })) {
    it(name, { meta: { driverCase: { ...about, name } } }, run);
  }
});

/** A driver that keeps the contract but for what `faults` replaces. */
function faulty(faults: (driver: MemoryDriver) => Partial<Driver>): Driver {
  const driver = new MemoryDriver();
  const sound: Driver = {
    get state() {
      return driver.state;
    },
    subscribe: (topic, handler) => driver.subscribe(topic, handler),
    publish: (topic, data) => driver.publish(topic, data),
    on: (event, handler) => driver.on(event, handler),
    close: () => driver.close(),
  };
  return Object.defineProperties(sound, Object.getOwnPropertyDescriptors(faults(driver)));
}

/** Names of the cases that a driver fails; on a false clock, since a message that never comes is waited for. */
async function failures(createDriver: () => Driver): Promise<string[]> {
  const failed: string[] = [];
  vi.useFakeTimers();
  try {
    const runs = driverConformance({ createDriver }).map(({ name, run }) => run().catch(() => failed.push(name)));
    await vi.runAllTimersAsync();
    await Promise.all(runs);
  } finally {
    vi.useRealTimers();
  }
  return failed;
}

describe("driverConformance tells drivers that break the contract", () => {
  it("passes the frame that the faults are put in", async () => {
    expect(await failures(() => faulty(() => ({})))).toEqual([]);
  });

  const faults: Record<string, [fault: (driver: MemoryDriver) => Partial<Driver>, caughtBy: string]> = {
    "topics in lower case": [
      (driver) => ({
        subscribe: (topic, handler) => driver.subscribe(topic.toLowerCase(), handler),
        publish: (topic, data) => driver.publish(topic.toLowerCase(), data),
      }),
      "a topic delivers only what was published to it",
    ],
    "bytes as text": [
      (driver) => ({
        publish: (topic, data) => driver.publish(topic, new TextEncoder().encode(new TextDecoder().decode(data))),
      }),
      "bytes that are not UTF-8 arrive exactly",
    ],
    "the buffer behind a view": [
      (driver) => ({ publish: (topic, data) => driver.publish(topic, new Uint8Array(data.buffer)) }),
      "a view into a larger buffer arrives exactly",
    ],
    "no copies": [
      (driver) => {
        const handlers = new Set<(data: Uint8Array) => void>();
        return {
          subscribe: async (topic, handler) => {
            handlers.add(handler);
            return driver.subscribe(topic, () => {});
          },
          publish: async (_topic, data) => {
            for (const handler of handlers) handler(data);
          },
        };
      },
      "each handler has its own copy of the bytes",
    ],
    "an unsubscribe that does nothing": [
      (driver) => ({
        subscribe: async (topic, handler) => {
          await driver.subscribe(topic, handler);
          return { unsubscribe: async () => {} };
        },
      }),
      "unsubscribe ends that subscription and no other",
    ],
    "an unsubscribe of the whole topic": [
      (driver) => {
        const all: { unsubscribe(): Promise<void> }[] = [];
        return {
          subscribe: async (topic, handler) => {
            all.push(await driver.subscribe(topic, handler));
            return { unsubscribe: async () => void (await Promise.all(all.map((each) => each.unsubscribe()))) };
          },
        };
      },
      "unsubscribe ends that subscription and no other",
    ],
    "a limit that is not enforced": [
      () => ({ maxBytes: 20_000 }),
      "maxBytes pass, one more is SIGNAL_TOO_LARGE, and the driver goes on",
    ],
    "a limit below 16 KiB": [
      (driver) => ({
        publish: async (topic, data) => {
          if (data.length <= 16_000) await driver.publish(topic, data);
        },
      }),
      "16 KiB pass",
    ],
    "a close that only says so": [
      (driver) => {
        let state = driver.state;
        return {
          get state() {
            return state;
          },
          close: async () => {
            state = "closed";
          },
        };
      },
      "after close every call is DRIVER_CLOSED",
    ],
    "a close that can not be repeated": [
      (driver) => {
        let closed = false;
        return {
          close: async () => {
            if (closed) throw new Error("closed already");
            closed = true;
            await driver.close();
          },
        };
      },
      "close may be called twice, and at once",
    ],
    "own handlers left out": [
      () => {
        const bus = new Map();
        const [ears, mouth] = [new MemoryDriver({ bus }), new MemoryDriver({ bus: new Map() })];
        return {
          subscribe: (topic, handler) => ears.subscribe(topic, handler),
          publish: (topic, data) => mouth.publish(topic, data),
        };
      },
      "publish reaches the handlers of the same driver",
    ],
    "any topic will do": [
      (driver) => ({
        publish: (topic, data) => driver.publish(topic.replace(/[^\w./-]/g, "_").slice(0, 256) || "_", data),
      }),
      "a bad topic is INVALID_ARGUMENT",
    ],
  };
  for (const [what, [fault, caughtBy]] of Object.entries(faults)) {
    it(what, async () => expect(await failures(() => faulty(fault))).toContain(caughtBy));
  }
});
