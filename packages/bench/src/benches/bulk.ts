import type { Bench, BenchContext } from "../bench.js";
import { judge, type Figure } from "../figure.js";
import type { BareEnd, Pair, PeerhoodEnd } from "../places/connect.js";
import { inTurn, KIB, megabytesPerSecond, MIB } from "../rounds.js";
import { startPairs, type Pairs, type Runtime } from "./pairs.js";

/** usrsctp and Chromium both hold a megabyte below this queue; more changes nothing but the memory. */
const HIGH_WATER_BYTES = MIB;

export async function bulkOf(pair: Pair<PeerhoodEnd>, bytes: number): Promise<number> {
  return megabytesPerSecond(bytes, await pair.from.call("bulk", bytes));
}

export async function bareBulkOf(pair: Pair<BareEnd>, bytes: number, frameBytes: number): Promise<number> {
  await pair.to.call("expectBytes", bytes);
  return megabytesPerSecond(bytes, await pair.from.call("bulk", bytes, frameBytes, HIGH_WATER_BYTES));
}

interface BulkOptions {
  readonly bytes: number;
  readonly rounds: number;
  readonly frames: readonly number[];
}

async function measure(
  title: string,
  { ours, bare }: Pairs,
  { bytes, rounds, frames }: BulkOptions,
  short: boolean,
): Promise<Figure> {
  const beside = frames.map((frame) => [`bare, ${frame / KIB} KiB`, frame] as const);
  const measured = await inTurn(
    {
      peerhood: () => bulkOf(ours, bytes),
      ...Object.fromEntries(beside.map(([name, frame]) => [name, () => bareBulkOf(bare, bytes, frame)])),
    },
    rounds,
    short,
  );
  const names = beside.map(([name]) => name);
  return judge({ name: title, unit: "MB/s", better: "higher", rounds: measured, beside: names, limit: 0.9 }, short);
}

function turn({ ours, bare }: Pairs): Pairs {
  return { ours: { from: ours.to, to: ours.from }, bare: { from: bare.to, to: bare.from } };
}

const pairsOf = (context: BenchContext, from: Runtime, to: Runtime): Promise<Pairs> => startPairs(context, from, to);

export const bulkNode: Bench = {
  name: "bulk-node",
  async run(context) {
    const pairs = await pairsOf(context, "node", "node");
    const options = { bytes: (context.short ? 48 : 256) * MIB, rounds: context.short ? 3 : 5 };
    const frames = context.short ? [64 * KIB] : [64 * KIB, 256 * KIB];
    return { figures: [await measure("bulk, Node to Node", pairs, { ...options, frames }, context.short)] };
  },
};

export const bulkChromium: Bench = {
  name: "bulk-chromium",
  async run(context) {
    const pairs = await pairsOf(context, "page", "page");
    const options = { bytes: (context.short ? 8 : 64) * MIB, rounds: context.short ? 3 : 5 };
    const frames = context.short ? [64 * KIB] : [16 * KIB, 64 * KIB, 256 * KIB];
    return { figures: [await measure("bulk, Chromium to Chromium", pairs, { ...options, frames }, context.short)] };
  },
};

export const bulkMixed: Bench = {
  name: "bulk-mixed",
  async run(context) {
    const pairs = await pairsOf(context, "node", "page");
    const options = {
      bytes: (context.short ? 8 : 64) * MIB,
      rounds: context.short ? 3 : 5,
      frames: context.short ? [64 * KIB] : [16 * KIB, 64 * KIB, 256 * KIB],
    };
    return {
      figures: [
        await measure("bulk, Node to Chromium", pairs, options, context.short),
        await measure("bulk, Chromium to Node", turn(pairs), options, context.short),
      ],
    };
  },
};
