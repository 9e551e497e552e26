import { setTimeout as sleep } from "node:timers/promises";
import { MemoryDriver, Peer, WebSocketDriver, type Driver } from "peerhood";
import { connectBare } from "./bare-connection.js";
import type { Bench } from "../bench.js";
import { SHORT_SLACK, type Figure } from "../figure.js";
import { median, summarize } from "../summary.js";

/** The median may be so many times the bare one, or so much later, whichever is more. */
const MAX_RATIO = 3;
const MAX_LATER_MS = 15;
/** A connection that takes longer than this is one that somebody waits for. */
const SLOW_MS = 500;
/** As the default of connectionTimeoutMs. */
const GIVE_UP_MS = 15_000;
/** One bare connection for so many of ours. */
const BARE_EVERY = 4;

/** One newcomer joins a room in which another peer is: milliseconds from `join` to the first open channel. */
async function connectPeerhood(host: Driver, newcomer: Driver, room: string): Promise<number> {
  const present = new Peer({ driver: host });
  const joining = new Peer({ driver: newcomer });
  await Promise.all([present.open("chat"), joining.open("chat")]);
  await present.join(room);
  const start = performance.now();
  const opened = new Promise<number>((resolve) => {
    joining.on("channel:open", () => resolve(performance.now() - start));
  });
  await joining.join(room);
  const elapsed = await opened;
  await Promise.all([present.leave(), joining.leave()]);
  return elapsed;
}

/** One that never comes about counts as long as anybody would wait. */
async function within(connecting: Promise<number>): Promise<number> {
  const over = new AbortController();
  const givenUp = sleep(GIVE_UP_MS, GIVE_UP_MS, { signal: over.signal }).catch(() => GIVE_UP_MS);
  try {
    return await Promise.race([connecting, givenUp]);
  } finally {
    over.abort();
  }
}

async function measure(
  name: string,
  drivers: readonly [Driver, Driver],
  count: number,
  short: boolean,
): Promise<Figure> {
  const peerhood: number[] = [];
  const bare: number[] = [];
  // In turn, so that both see the same machine.
  for (let round = 0; round < count; round++) {
    peerhood.push(await within(connectPeerhood(drivers[0], drivers[1], `bench ${round}`)));
    // Fewer of these: a good part of them takes a second (packages/docs/facts.md).
    if (round % BARE_EVERY === 0) bare.push(await within(connectBare(drivers[0], drivers[1], `bench/${round}`)));
  }
  const slow = (values: readonly number[]): number => values.filter((value) => value > SLOW_MS).length;
  const medians = { peerhood: median(peerhood), bare: median(bare) };
  const ratio = medians.peerhood / medians.bare;
  const limit = Math.max(MAX_RATIO, (medians.bare + MAX_LATER_MS) / medians.bare);
  const notes = Object.entries({ peerhood, bare }).map(([who, values]) => {
    const { p95, max } = summarize(values);
    return `${who}: ${values.length} times, p95 ${p95.toFixed(0)} ms, ${slow(values)} over ${SLOW_MS} ms, max ${max.toFixed(0)} ms`;
  });
  return {
    name: `join to open channel, ${name}`,
    unit: "ms",
    better: "lower",
    medians,
    ours: "peerhood",
    best: "bare",
    ratio,
    limit: Number(limit.toFixed(1)),
    holds: ratio <= limit / (short ? SHORT_SLACK : 1) && slow(peerhood) <= 1,
    note: notes.join("; "),
    rounds: { peerhood, bare },
  };
}

/** From `join` to the first open channel, beside a bare connection over the same drivers. */
export const connect: Bench = {
  name: "connect",
  async run({ short, signaling, defer }) {
    const url = await signaling();
    const count = short ? 20 : 200;
    const sockets: [Driver, Driver] = [new WebSocketDriver(url), new WebSocketDriver(url)];
    const memory: [Driver, Driver] = [new MemoryDriver(), new MemoryDriver()];
    defer(() => Promise.all([...sockets, ...memory].map((driver) => driver.close())));
    return {
      figures: [
        await measure("WebSocketDriver", sockets, count, short),
        await measure("MemoryDriver", memory, count, short),
      ],
    };
  },
};
