import type * as bareServer from "../ends/bare-server.js";
import type * as load from "../ends/signaling-load.js";
import type * as ourServer from "../ends/signaling-server.js";
import type { Bench, BenchContext } from "../bench.js";
import { judge, type Figure } from "../figure.js";
import { startNode } from "../places/node-place.js";
import type { Place } from "../places/place.js";
import { inTurn } from "../rounds.js";

/** Of the bare loop's messages, at least; of its memory, at most. */
const MIN_MESSAGES = 0.7;
const MAX_MEMORY = 1.5;
const JOINS_PER_SECOND = 200;
const WINDOW = 1_000;

interface Side {
  readonly server: Place<typeof ourServer | typeof bareServer>;
  readonly clients: Place<typeof load>;
  readonly bytesPerSocket: number;
}

async function startSide(
  context: BenchContext,
  name: "peerhood" | "bare",
  sockets: number,
  rooms: number,
): Promise<Side> {
  const end = name === "peerhood" ? "signaling-server" : "bare-server";
  const server = await startNode<typeof ourServer>(end, { nodeArgs: ["--expose-gc", ...context.nodeArgs] });
  context.defer(() => server.close());
  const clients = await startNode<typeof load>("signaling-load");
  context.defer(() => clients.close());
  const url = await server.call("start");
  // What the process has anyway, and what its code takes once it is compiled.
  await clients.call("open", url, name, 200, 20);
  await clients.call("close");
  const before = await server.call("memoryBytes");
  await clients.call("open", url, name, sockets, rooms);
  const bytesPerSocket = ((await server.call("memoryBytes")) - before) / sockets;
  return { server, clients, bytesPerSocket };
}

/** One signaling server full of sockets, beside the least that a topic server over ws can be. */
export const server: Bench = {
  name: "server",
  async run(context) {
    const [sockets, rooms, forMs, rounds] = context.short ? [1_000, 100, 700, 3] : [5_000, 500, 3_000, 7];
    const sides = {
      peerhood: await startSide(context, "peerhood", sockets, rooms),
      bare: await startSide(context, "bare", sockets, rooms),
    };
    const perCpu: Record<string, number[]> = { peerhood: [], bare: [] };
    const measure = (name: keyof typeof sides) => async (): Promise<number> => {
      const { server, clients } = sides[name];
      const cpuBefore = await server.call("cpuMs");
      const { count, ms } = await clients.call("signal", forMs, WINDOW, JOINS_PER_SECOND);
      perCpu[name]?.push((1_000 * count) / ((await server.call("cpuMs")) - cpuBefore));
      return (1_000 * count) / ms;
    };
    const measured = await inTurn({ peerhood: measure("peerhood"), bare: measure("bare") }, rounds, context.short);
    const what = `${sockets} sockets in ${rooms} rooms`;
    const figure = (
      name: string,
      unit: string,
      better: "higher" | "lower",
      values: Figure["rounds"],
      limit: number,
    ): Figure =>
      judge({ name: `${name}, ${what}`, unit, better, rounds: values, beside: ["bare"], limit }, context.short);
    // The first round is not counted there, so not here.
    const cpuRounds = Object.fromEntries(Object.entries(perCpu).map(([name, values]) => [name, values.slice(1)]));
    const memory = { peerhood: [sides.peerhood.bytesPerSocket / 1_024], bare: [sides.bare.bytesPerSocket / 1_024] };
    return {
      figures: [
        figure("messages delivered", "/s", "higher", measured, MIN_MESSAGES),
        figure("messages for a second of the server's CPU", "/s", "higher", cpuRounds, MIN_MESSAGES),
        figure("memory of a socket", "KiB", "lower", memory, MAX_MEMORY),
      ],
    };
  },
};
