import type { Bench, BenchContext } from "../bench.js";
import { judge, type Figure } from "../figure.js";
import { inTurn, perSecond } from "../rounds.js";
import { startPairs, type Runtime } from "./pairs.js";

const MESSAGE_BYTES = 100;

interface MessageOptions {
  readonly runtime: Runtime;
  readonly title: string;
  readonly count: number;
  readonly rounds: number;
  readonly limit: number;
}

async function measure(context: BenchContext, options: MessageOptions): Promise<Figure> {
  const { runtime, title, count, rounds, limit } = options;
  const { ours, bare } = await startPairs(context, runtime, runtime);
  const measured = await inTurn(
    {
      peerhood: async () => perSecond(count, await ours.from.call("messages", count, MESSAGE_BYTES)),
      bare: async () => {
        await bare.to.call("expectBytes", count * MESSAGE_BYTES);
        return perSecond(count, await bare.from.call("messages", count, MESSAGE_BYTES));
      },
    },
    rounds,
    context.short,
  );
  return judge({ name: title, unit: "/s", better: "higher", rounds: measured, beside: ["bare"], limit }, context.short);
}

export const messagesNode: Bench = {
  name: "messages-node",
  async run(context) {
    const [count, rounds] = context.short ? [60_000, 3] : [200_000, 7];
    const title = "100-byte messages, Node to Node";
    return { figures: [await measure(context, { runtime: "node", title, count, rounds, limit: 1.5 })] };
  },
};

export const messagesChromium: Bench = {
  name: "messages-chromium",
  async run(context) {
    const [count, rounds] = context.short ? [10_000, 3] : [100_000, 5];
    const title = "100-byte messages, Chromium to Chromium";
    return { figures: [await measure(context, { runtime: "page", title, count, rounds, limit: 3 })] };
  },
};
