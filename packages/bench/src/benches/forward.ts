import type { Bench, BenchContext } from "../bench.js";
import type * as bareEnd from "../ends/forward-bare.js";
import type * as peerhoodEnd from "../ends/forward-peerhood.js";
import { FRAMES_PER_SECOND } from "../ends/video.js";
import { judge } from "../figure.js";
import { startNode } from "../places/node-place.js";
import type { EndModule, Place } from "../places/place.js";
import { inTurn } from "../rounds.js";

const RECEIVERS = 8;
/** A bot that runs for hours has all of its code compiled, which at 30 frames a second takes minutes. */
const WARM_UP = { ms: 10_000, speed: 8 };

/** A process that forwards, and one that has the others. */
interface Stage<End extends EndModule> {
  readonly outside: Place<End>;
  readonly forwarder: Place<End>;
}

/** CPU of a bot that forwards one video to eight, without transcoding. */
export const forward: Bench = {
  name: "forward",
  async run(context) {
    const ours = await start<typeof peerhoodEnd>(context, "forward-peerhood");
    const url = await context.signaling();
    await ours.outside.call("startOutside", url, "forward", RECEIVERS);
    await ours.forwarder.call("startForwarder", url, "forward");
    await ours.outside.call("allReceive");
    const bare = await start<typeof bareEnd>(context, "forward-bare");
    for (let index = 0; index <= RECEIVERS; index++) {
      const offer = await bare.outside.call("offer", index);
      await bare.outside.call("accept", index, await bare.forwarder.call("answer", index, offer));
    }
    await Promise.all([bare.outside.call("opened"), bare.forwarder.call("opened")]);
    for (const { outside } of [ours, bare]) await outside.call("send", WARM_UP.ms, WARM_UP.speed);
    const [ms, rounds] = context.short ? [1_500, 2] : [4_000, 5];
    const rounded = await inTurn(
      {
        peerhood: async () =>
          measure(
            await ours.forwarder.call("cpuMs"),
            await ours.outside.call("send", ms, 1),
            await ours.forwarder.call("cpuMs"),
            ms,
          ),
        bare: async () =>
          measure(
            await bare.forwarder.call("cpuMs"),
            await bare.outside.call("send", ms, 1),
            await bare.forwarder.call("cpuMs"),
            ms,
          ),
      },
      rounds,
      context.short,
    );
    const name = `CPU of forwarding 1 video to ${RECEIVERS}`;
    return {
      figures: [
        judge(
          { name, unit: "% of a core", better: "lower", rounds: rounded, beside: ["bare"], limit: 1.3 },
          context.short,
        ),
      ],
    };
  },
};

/** Percent of a core; of no worth where not nearly all frames have arrived. */
function measure(before: number, frames: number, after: number, ms: number): number {
  const wanted = (ms / 1_000) * FRAMES_PER_SECOND;
  if (frames < 0.9 * wanted) throw new Error(`Only ${frames} of ${wanted} frames reached each of the ${RECEIVERS}.`);
  return ((after - before) / ms) * 100;
}

async function start<End extends EndModule>({ nodeArgs, defer }: BenchContext, name: string): Promise<Stage<End>> {
  const [outside, forwarder] = [await startNode<End>(name, { nodeArgs }), await startNode<End>(name, { nodeArgs })];
  defer(() => Promise.all([outside.close(), forwarder.close()]));
  return { outside, forwarder };
}
