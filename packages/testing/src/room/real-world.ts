import { MemoryDriver, PeerhoodError, type ConnectionAdapter, type Driver } from "@peerhood/core";
import { CountingClock } from "./counting-clock.js";
import { HeldConnection } from "./held-connection.js";
import { Holds } from "./holds.js";
import type { World } from "./world.js";

/** How often a condition is asked, in milliseconds. */
const POLL_MS = 5;

/** Real connections between peers of this process, and signals in memory; time is the real one. */
export class RealWorld implements World {
  readonly clock = new CountingClock();
  readonly time = "real";
  /** Below the 5 s that test runners give a test, so that the failure tells what happened. */
  readonly defaultWithinMs = 4_000;
  readonly quietMs = 100;
  /** Of the buffers of channels, which peers themselves are asked for. */
  readonly busy = false;
  readonly #adapter: ConnectionAdapter;
  readonly #bus = new Map();
  readonly #holds = new Holds();
  readonly #open = new Map<string, number>();

  private constructor(adapter: ConnectionAdapter) {
    this.#adapter = adapter;
  }

  /** @throws PeerhoodError `PACKAGE_MISSING`, `NATIVE_MODULE_MISSING` */
  static async create(): Promise<RealWorld> {
    let adapter: ConnectionAdapter;
    try {
      ({ adapter } = await import("peerhood/adapter"));
    } catch (cause) {
      throw new PeerhoodError(
        "PACKAGE_MISSING",
        "createTestRoom({ real: true }) needs peerhood: npm install peerhood",
        {
          cause,
        },
      );
    }
    await adapter.load?.();
    return new RealWorld(adapter);
  }

  createAdapter(host: string): ConnectionAdapter {
    const count = (difference: number): void => void this.#open.set(host, (this.#open.get(host) ?? 0) + difference);
    return {
      ...this.#adapter,
      clock: this.clock,
      createConnection: (options) => {
        const connection = this.#adapter.createConnection(options);
        count(1);
        return new HeldConnection(connection, host, this.#holds, () => count(-1));
      },
    };
  }

  createDriver(): Driver {
    return new MemoryDriver({ bus: this.#bus });
  }

  partition(groups: readonly (readonly string[])[]): void {
    this.#holds.split(groups);
  }

  heal(): void {
    this.#holds.heal();
  }

  areSevered(a: string, b: string): boolean {
    return this.#holds.areSevered(a, b);
  }

  async advance(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
  }

  async runUntilTrue(condition: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = performance.now() + limitMs;
    while (!condition()) {
      if (performance.now() >= endMs) return false;
      await this.advance(POLL_MS);
    }
    return true;
  }

  leaks(): string[] {
    return [
      ...[...this.#open]
        .filter(([, open]) => open > 0)
        .map(([host, open]) => `${host}: connections not closed: ${open}`),
      ...(this.#bus.size > 0 ? [`topics that are still subscribed to: ${this.#bus.size}`] : []),
      ...this.clock.set.map(({ ms, where }) => `a timer of ${ms.toFixed(0)} ms, set\n${where}`),
    ];
  }
}
