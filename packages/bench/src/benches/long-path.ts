import type { Bench, BenchContext } from "../bench.js";
import { judge } from "../figure.js";
import { startLongPath, whyNoLongPath, type LongPath } from "../long-path/long-path.js";
import { connectBare, connectPeerhood, type BareEnd, type PeerhoodEnd } from "../places/connect.js";
import { startNode } from "../places/node-place.js";
import type { EndModule, Place } from "../places/place.js";
import { inTurn, KIB, megabytesPerSecond, MIB } from "../rounds.js";
import { summarize } from "../summary.js";
import type { Pairs } from "./pairs.js";

const ROUND_TRIP_MS = 40;
const BARE_FRAME_BYTES = 64 * KIB;
/** More than the path holds at bare settings. */
const BARE_HIGH_WATER_BYTES = MIB;

async function startPairs(context: BenchContext, { ends }: LongPath): Promise<Pairs> {
  const tells = new Set<(told: unknown) => void>();
  const start = async <End extends EndModule>(name: string, prefix: readonly string[]): Promise<Place<End>> => {
    const { nodeArgs } = context;
    const place = await startNode<End>(name, { prefix, nodeArgs, tells });
    context.defer(() => place.close());
    return place;
  };
  const [a = [], b = []] = ends;
  const bare = await connectBare(await start<BareEnd>("bare-node", a), await start<BareEnd>("bare-node", b));
  const [from, to] = [await start<PeerhoodEnd>("peerhood-below", a), await start<PeerhoodEnd>("peerhood-below", b)];
  const ours = await connectPeerhood(from, to, "");
  context.defer(() => Promise.all([from.call("leave"), to.call("leave")]));
  return { ours, bare };
}

/** Node to Node over a path of 40 ms, with the settings that each has by itself, pings alongside. */
export const longPath: Bench = {
  name: "long-path",
  async run(context) {
    const { short } = context;
    const skipped = await whyNoLongPath();
    if (skipped !== undefined) return { figures: [], skipped };
    const path = await startLongPath(ROUND_TRIP_MS / 2);
    context.defer(() => path.close());
    const { ours, bare } = await startPairs(context, path);
    const [bytes, count] = short ? [12 * MIB, 3] : [32 * MIB, 5];
    const pings: Record<"peerhood" | "bare", number[]> = { peerhood: [], bare: [] };
    const rates: Record<"peerhood" | "bare", number[]> = { peerhood: [], bare: [] };
    const rate = (of: "peerhood" | "bare", { ms, pings: times }: { ms: number; pings: number[] }): number => {
      pings[of].push(summarize(times).p95);
      rates[of].push(megabytesPerSecond(bytes, ms));
      return megabytesPerSecond(bytes, ms);
    };
    const rounds = await inTurn(
      {
        peerhood: async () => rate("peerhood", await ours.from.call("pingUnderBulk", bytes)),
        async bare() {
          await bare.to.call("expectBytes", bytes);
          return rate("bare", await bare.from.call("pingUnderBulk", bytes, BARE_FRAME_BYTES, BARE_HIGH_WATER_BYTES));
        },
      },
      count,
      short,
    );
    const name = `Node to Node, ${ROUND_TRIP_MS} ms round trip`;
    const beside = ["bare"];
    const first = { peerhood: rates.peerhood.slice(0, 1), bare: rates.bare.slice(0, 1) };
    // The first round is not counted here either.
    const counted = { peerhood: pings.peerhood.slice(1), bare: pings.bare.slice(1) };
    return {
      figures: [
        judge({ name: `bulk, ${name}`, unit: "MB/s", better: "higher", rounds, beside, limit: 4 }, short),
        judge({ name: "the first of a connection", unit: "MB/s", better: "higher", rounds: first, beside }, short),
        judge(
          { name: `ping meanwhile, p95`, unit: "ms", better: "lower", rounds: counted, beside, ceiling: 250 },
          short,
        ),
      ],
    };
  },
};
