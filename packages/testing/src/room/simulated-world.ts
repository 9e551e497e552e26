import type { ConnectionAdapter, Driver } from "@peerhood/core";
import { createSimulatedAdapter, type SimulatedAdapter } from "../adapter/simulated-adapter.js";
import { VirtualClock } from "../clock/virtual-clock.js";
import type { LinkConditions } from "../network/conditions.js";
import { SimulatedNetwork } from "../network/simulated-network.js";
import type { World } from "./world.js";

/** Frames of a timer's stack that are shown: where it was set, and by whom. */
const SHOWN_FRAMES = 6;

export interface SimulatedWorldOptions {
  readonly conditions: Partial<LinkConditions>;
  readonly seed: number | string;
}

/** Everything in memory, on a virtual clock. */
export class SimulatedWorld implements World {
  readonly clock = new VirtualClock({ traceTimers: true });
  readonly time = "virtual";
  readonly defaultWithinMs = 60_000;
  readonly quietMs = 100;
  readonly network: SimulatedNetwork;
  readonly #adapters = new Map<string, SimulatedAdapter>();

  constructor({ conditions, seed }: SimulatedWorldOptions) {
    const { latencyMs, jitterMs } = conditions;
    this.network = new SimulatedNetwork({
      clock: this.clock,
      seed,
      ...conditions,
      // The way to a broker is a TCP connection: late, but complete, in order and once.
      signaling: {
        ...(latencyMs === undefined ? {} : { latencyMs }),
        ...(jitterMs === undefined ? {} : { jitterMs }),
        loss: 0,
        reorder: 0,
        duplicate: 0,
      },
    });
  }

  get busy(): boolean {
    return !this.network.idle;
  }

  createAdapter(host: string): ConnectionAdapter {
    let adapter = this.#adapters.get(host);
    if (adapter === undefined) this.#adapters.set(host, (adapter = createSimulatedAdapter(this.network, { host })));
    return adapter;
  }

  createDriver(host: string): Driver {
    return this.network.createDriver(host);
  }

  partition(groups: readonly (readonly string[])[]): void {
    this.network.heal();
    for (const hosts of groups) this.network.partition(hosts);
  }

  heal(): void {
    this.network.heal();
  }

  areSevered(a: string, b: string): boolean {
    return this.network.plane.areSevered(a, b);
  }

  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  runUntilTrue(condition: () => boolean, limitMs: number): Promise<boolean> {
    return this.clock.runUntilTrue(condition, { limitMs });
  }

  leaks(): string[] {
    const open = [...this.#adapters].flatMap(([host, { live }]) => [
      ...(live.connections > 0 ? [`${host}: connections not closed: ${live.connections}`] : []),
      ...(live.channels > 0 ? [`${host}: channels not closed: ${live.channels}`] : []),
    ]);
    const { subscriptions, packets, timers } = this.network.live;
    if (subscriptions > 0) open.push(`subscriptions at the broker not ended: ${subscriptions}`);
    if (timers > packets) {
      for (const { inMs, stack } of this.clock.pending) {
        // A packet on its way.
        if (stack === undefined) continue;
        const frames = stack
          .split("\n")
          .slice(2, 2 + SHOWN_FRAMES)
          .join("\n");
        open.push(`a timer that is due in ${inMs.toFixed(0)} ms, set\n${frames}`);
      }
    }
    return open;
  }
}
