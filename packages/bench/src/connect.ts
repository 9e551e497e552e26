import { startServer } from "@peerhood/server";
import { MemoryDriver, Peer, WebSocketDriver, type Driver } from "peerhood";
import { connectBare } from "./bare-connection.js";
import { summarize, table, type Summary } from "./summary.js";

/** A connection that takes longer than this is one that somebody waits for. */
const SLOW_MS = 500;
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

export interface ConnectResult {
  readonly driver: string;
  readonly peerhood: Summary;
  readonly bare: Summary;
  readonly slow: number;
  readonly slowBare: number;
}

async function measure(name: string, drivers: readonly [Driver, Driver], rounds: number): Promise<ConnectResult> {
  const peerhood: number[] = [];
  const bare: number[] = [];
  // In turn, so that both see the same machine.
  for (let round = 0; round < rounds; round++) {
    peerhood.push(await connectPeerhood(drivers[0], drivers[1], `bench ${round}`));
    // Fewer of these: a good part of them takes a second (packages/docs/facts.md).
    if (round % BARE_EVERY === 0) bare.push(await connectBare(drivers[0], drivers[1], `bench/${round}`));
  }
  const slow = (values: readonly number[]): number => values.filter((value) => value > SLOW_MS).length;
  return {
    driver: name,
    peerhood: summarize(peerhood),
    bare: summarize(bare),
    slow: slow(peerhood),
    slowBare: slow(bare),
  };
}

/** Prints the table; `true` when every threshold holds. */
export async function benchConnect(rounds = 200): Promise<{ results: ConnectResult[]; holds: boolean }> {
  const server = await startServer({ port: 0, host: "127.0.0.1" });
  const sockets: [Driver, Driver] = [new WebSocketDriver(server.url), new WebSocketDriver(server.url)];
  const memory: [Driver, Driver] = [new MemoryDriver(), new MemoryDriver()];
  const results = [await measure("WebSocketDriver", sockets, rounds), await measure("MemoryDriver", memory, rounds)];
  await Promise.all([...sockets, ...memory].map((driver) => driver.close()));
  await server.close();

  const ms = (value: number): string => value.toFixed(1);
  const rows = [["join to channel:open, ms", "n", "p50", "p95", "max", `over ${SLOW_MS}`, "p50 / bare"]];
  let holds = true;
  for (const { driver, peerhood, bare, slow, slowBare } of results) {
    const ratio = (peerhood.p50 / bare.p50).toFixed(2);
    rows.push([
      `peerhood, ${driver}`,
      String(peerhood.count),
      ms(peerhood.p50),
      ms(peerhood.p95),
      ms(peerhood.max),
      String(slow),
      ratio,
    ]);
    rows.push([`bare, ${driver}`, String(bare.count), ms(bare.p50), ms(bare.p95), ms(bare.max), String(slowBare), ""]);
    holds &&= slow <= 1 && peerhood.p50 <= Math.max(bare.p50 * 3, bare.p50 + 15);
  }
  console.log(table(rows));
  console.log(holds ? "holds: at most 1 over 500 ms, p50 within 3 times bare or 15 ms of it" : "DOES NOT HOLD");
  return { results, holds };
}
