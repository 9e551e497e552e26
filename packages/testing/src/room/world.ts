import type { Clock, ConnectionAdapter, Driver } from "@peerhood/core";

/** What carries a room: the simulation, or real connections of this process. */
export interface World {
  readonly clock: Clock;
  /** How its time is called in a message. */
  readonly time: "virtual" | "real";
  /** How long a wait takes at most unless told otherwise, in milliseconds. */
  readonly defaultWithinMs: number;
  /** How long nothing must happen for all to be settled, in milliseconds. */
  readonly quietMs: number;
  createAdapter(host: string): ConnectionAdapter;
  createDriver(host: string): Driver;
  /** Cuts each of these groups of hosts off from all others. */
  partition(groups: readonly (readonly string[])[]): void;
  heal(): void;
  areSevered(a: string, b: string): boolean;
  advance(ms: number): Promise<void>;
  /** Lets time pass until the condition holds; `false` after `limitMs`. */
  runUntilTrue(condition: () => boolean, limitMs: number): Promise<boolean>;
  /** Whether something is on its way below the peers. */
  readonly busy: boolean;
  /** What is open or set, a line each. */
  leaks(): string[];
}
