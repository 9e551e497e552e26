import { describe, expect, it } from "vitest";
import type { PeerhoodError } from "../errors.js";
import { MemoryDriver, type MemoryBus } from "./memory-driver.js";

// The contract of drivers is tested in packages/testing; here is what is this driver's own.

const busSymbol = Symbol.for("peerhood.memory-bus");
const processBus = (): MemoryBus | undefined => (globalThis as { [key: symbol]: MemoryBus | undefined })[busSymbol];

describe("MemoryDriver", () => {
  it("shares one bus per process, where another copy of the package finds it", async () => {
    const received: Uint8Array[] = [];
    await new MemoryDriver().subscribe("t", (data) => received.push(data));
    // What another copy of the package would do, knowing no more than the symbol and the shape.
    for (const handler of processBus()?.get("t") ?? []) handler(Uint8Array.of(1));
    expect(received).toEqual([Uint8Array.of(1)]);
  });

  it("keeps a bus of its own when given one", async () => {
    const received: string[] = [];
    const bus: MemoryBus = new Map();
    const [own, shared] = [new MemoryDriver({ bus }), new MemoryDriver()];
    await own.subscribe("t", () => received.push("own"));
    await shared.subscribe("t", () => received.push("shared"));
    await new MemoryDriver({ bus }).publish("t", new Uint8Array(1));
    await Promise.resolve();
    expect(received).toEqual(["own"]);
    await shared.close();
  });

  it("delivers in a microtask, not within publish", async () => {
    const driver = new MemoryDriver({ bus: new Map() });
    let delivered = false;
    await driver.subscribe("t", () => (delivered = true));
    const publishing = driver.publish("t", new Uint8Array(1));
    expect(delivered).toBe(false);
    await publishing;
    expect(delivered).toBe(true);
  });

  it("takes the bytes as they are at the call", async () => {
    const driver = new MemoryDriver({ bus: new Map() });
    const received: Uint8Array[] = [];
    await driver.subscribe("t", (data) => received.push(data));
    // A Node Buffer's `slice` shares its memory.
    const data = Buffer.from([1, 2, 3]);
    const publishing = driver.publish("t", data);
    data.fill(0);
    await publishing;
    expect(received).toEqual([Uint8Array.of(1, 2, 3)]);
  });

  it("reports a handler that throws, or rejects, to the error listeners of its own driver", async () => {
    const bus: MemoryBus = new Map();
    const [one, two] = [new MemoryDriver({ bus }), new MemoryDriver({ bus })];
    const errors: PeerhoodError[] = [];
    one.on("error", (error) => errors.push(error as PeerhoodError));
    two.on("error", () => expect.unreachable());
    const cause = new Error("mine");
    await one.subscribe("t", () => {
      throw cause;
    });
    await one.subscribe("t", async () => Promise.reject(cause));
    await two.publish("t", new Uint8Array(1));
    await new Promise(setImmediate);
    expect(errors).toMatchObject([
      { code: "LISTENER_FAILED", cause },
      { code: "LISTENER_FAILED", cause },
    ]);
  });

  it("leaves nothing on the bus", async () => {
    const bus: MemoryBus = new Map();
    const driver = new MemoryDriver({ bus });
    const subscription = await driver.subscribe("a", () => {});
    await driver.subscribe("a", () => {});
    await driver.subscribe("b", () => {});
    await subscription.unsubscribe();
    expect([...bus.keys()]).toEqual(["a", "b"]);
    await driver.close();
    expect(bus.size).toBe(0);
  });

  it("does not call a handler that unsubscribed between publish and delivery", async () => {
    const driver = new MemoryDriver({ bus: new Map() });
    let calls = 0;
    const subscription = await driver.subscribe("t", () => calls++);
    const publishing = driver.publish("t", new Uint8Array(1));
    void subscription.unsubscribe();
    await publishing;
    await new Promise(setImmediate);
    expect(calls).toBe(0);
  });
});
