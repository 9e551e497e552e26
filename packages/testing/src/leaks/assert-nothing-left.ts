import type { SimulatedNetwork } from "../network/simulated-network.js";

/** The longest that packets are waited for, in milliseconds of virtual time: more than any link of sense delays them. */
const MAX_WAIT_MS = 120_000;
const STEP_MS = 1;

/**
 * Throws unless all that was opened on the network has been closed: connections, channels, subscriptions of drivers,
 * timers. Waits for packets that are still on their way. Call it when everybody has left, with the clock standing.
 *
 * @throws Error that lists what is left; with `traceTimers` of the clock, where each timer was set
 */
export async function assertNothingLeft(network: SimulatedNetwork): Promise<void> {
  const { clock } = network;
  // Anything but a packet's timer is left behind, even if it would run out while packets are waited for.
  const found = new Set<string>();
  const endMs = clock.now() + MAX_WAIT_MS;
  for (;;) {
    await clock.advance(0);
    const { connections, channels, subscriptions, timers, packets } = network.live;
    if (connections > 0) found.add(`${connections} connections are not closed`);
    if (channels > 0) found.add(`${channels} channels are not closed`);
    if (subscriptions > 0) found.add(`${subscriptions} subscriptions of drivers are not ended`);
    if (timers > packets) found.add(`${timers - packets} timers are set${where(network)}`);
    if (packets === 0 || found.size > 0) break;
    if (clock.now() > endMs) found.add(`${packets} packets never arrive`);
    await clock.advance(STEP_MS);
  }
  if (found.size > 0) throw new Error(`Something was left behind: ${[...found].join("; ")}.`);
}

function where({ clock }: SimulatedNetwork): string {
  return clock.pending.map(({ inMs, stack }) => (stack === undefined ? "" : `\n  in ${inMs} ms: ${stack}`)).join("");
}
