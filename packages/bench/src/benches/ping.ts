import type { Bench } from "../bench.js";
import { judge } from "../figure.js";
import { inTurn, KIB, MIB } from "../rounds.js";
import { median, summarize } from "../summary.js";
import { startPairs } from "./pairs.js";

/** What the issue compares with: a bare connection that keeps its own queue short for the sake of others. */
const BARE_FRAME_BYTES = 64 * KIB;
const BARE_HIGH_WATER_BYTES = 64 * KIB;

export const ping: Bench = {
  name: "ping",
  async run(context) {
    const { ours, bare } = await startPairs(context, "node", "node");
    // So many that all of ours is compiled: what V8 does for a function depends on how often it was called.
    const [count, rounds] = context.short ? [1_500, 3] : [4_000, 7];
    const measured = await inTurn(
      {
        peerhood: async () => median(await ours.from.call("pingPong", count)),
        bare: async () => median(await bare.from.call("pingPong", count)),
      },
      rounds,
      context.short,
    );
    const name = "round trip, idle channel, Node";
    return {
      figures: [
        judge({ name, unit: "ms", better: "lower", rounds: measured, beside: ["bare"], limit: 1.25 }, context.short),
      ],
    };
  },
};

export const pingUnderBulk: Bench = {
  name: "ping-under-bulk",
  async run(context) {
    const { ours, bare } = await startPairs(context, "node", "node");
    const [bytes, rounds] = context.short ? [48 * MIB, 3] : [256 * MIB, 5];
    const measured = await inTurn(
      {
        peerhood: async () => summarize((await ours.from.call("pingUnderBulk", bytes)).pings).p95,
        bare: async () => {
          await bare.to.call("expectBytes", bytes);
          const sent = await bare.from.call("pingUnderBulk", bytes, BARE_FRAME_BYTES, BARE_HIGH_WATER_BYTES);
          return summarize(sent.pings).p95;
        },
      },
      rounds,
      context.short,
    );
    const name = "round trip under bulk, p95, Node";
    const wanted = {
      name,
      unit: "ms",
      better: "lower",
      rounds: measured,
      beside: ["bare"],
      limit: 3,
      ceiling: 100,
    } as const;
    return { figures: [judge(wanted, context.short)] };
  },
};
