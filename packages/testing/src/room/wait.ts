import { PeerhoodError, type Peer, type PeerEvents } from "@peerhood/core";
import type { Timeline } from "./timeline.js";
import type { World } from "./world.js";

export interface WaitOptions {
  /** Milliseconds that it may take, of the room's clock. @default 60000 of virtual time, 4000 of real time */
  readonly withinMs?: number;
}

/** One event of one peer. */
export interface AwaitedEvent<Name extends keyof PeerEvents & string = keyof PeerEvents & string> {
  /** Name of the peer, or the peer. */
  readonly peer: string | Peer;
  readonly event: Name;
  /** Only an event for which this returns true. */
  readonly where?: (event: PeerEvents[Name]) => boolean;
}

export interface Waiting {
  readonly world: World;
  readonly timeline: Timeline;
  /** How all peers stand, a line each. */
  readonly describePeers: () => string;
}

/**
 * Lets time pass until `condition` is truthy, and returns what it returned. One that throws is asked again.
 * @throws PeerhoodError `TEST_TIMEOUT`, which tells what did happen
 */
export async function waitFor<T>(
  { world, timeline, describePeers }: Waiting,
  what: string,
  condition: () => T,
  { withinMs = world.defaultWithinMs }: WaitOptions,
): Promise<T> {
  const sinceMs = timeline.nowMs;
  const since = timeline.count;
  let value: T | undefined;
  let thrown: { readonly error: unknown } | undefined;
  const holds = (): boolean => {
    try {
      value = condition();
      thrown = undefined;
    } catch (error) {
      thrown = { error };
      return false;
    }
    return Boolean(value);
  };
  if (await world.runUntilTrue(holds, withinMs)) return value as T;
  throw new PeerhoodError(
    "TEST_TIMEOUT",
    [
      `${what} did not come within ${withinMs} ms of ${world.time} time, from ${sinceMs.toFixed(1)} ms on.`,
      ...(thrown === undefined ? [] : [`The condition threw: ${String(thrown.error)}`]),
      `How the peers stand:\n${describePeers()}`,
      `What did happen:\n${timeline.format({ since })}`,
    ].join("\n"),
    thrown === undefined ? {} : { cause: thrown.error },
  );
}

/** Lets time pass until the promise settles, and settles as it does. */
export async function waitForPromise<T>(waiting: Waiting, promise: PromiseLike<T>, options: WaitOptions): Promise<T> {
  let settled = false;
  const settle = (): void => void (settled = true);
  promise.then(settle, settle);
  await waitFor(waiting, "A promise", () => settled, options);
  return promise;
}

/** Listens from now on, and lets time pass until that event fires. */
export async function waitForEvent<Name extends keyof PeerEvents & string>(
  waiting: Waiting,
  peer: Peer,
  peerName: string,
  { event: name, where = () => true }: AwaitedEvent<Name>,
  options: WaitOptions,
): Promise<PeerEvents[Name]> {
  let found: PeerEvents[Name] | undefined;
  const listener = (event: PeerEvents[Name]): void => {
    if (found === undefined && where(event)) found = event;
  };
  peer.on(name, listener);
  try {
    return (await waitFor(waiting, `"${name}" at ${peerName}`, () => found, options)) as PeerEvents[Name];
  } finally {
    peer.off(name, listener);
  }
}
