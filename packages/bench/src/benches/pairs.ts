import type { BenchContext } from "../bench.js";
import { connectBare, connectPeerhood, type BareEnd, type Pair, type PeerhoodEnd } from "../places/connect.js";
import { startNode } from "../places/node-place.js";
import { startPage } from "../places/page-place.js";
import type { Place } from "../places/place.js";

/** Where the two ends are. */
export type Runtime = "node" | "page";

/** A connection of ours and a bare one, each in two places of its own: settings of one process are not the other's. */
export interface Pairs {
  readonly ours: Pair<PeerhoodEnd>;
  readonly bare: Pair<BareEnd>;
}

export async function startPairs(context: BenchContext, from: Runtime, to: Runtime): Promise<Pairs> {
  const startBare = (runtime: Runtime): Promise<Place<BareEnd>> =>
    start(context, runtime, runtime === "node" ? "bare-node" : "bare-page");
  const startOurs = (runtime: Runtime): Promise<Place<PeerhoodEnd>> => start(context, runtime, "peerhood");
  const bare = await connectBare(await startBare(from), await startBare(to));
  const ours = await connectPeerhood(await startOurs(from), await startOurs(to), await context.signaling());
  context.defer(() => Promise.all([ours.from.call("leave"), ours.to.call("leave")]));
  return { ours, bare };
}

async function start<End extends BareEnd | PeerhoodEnd>(
  context: BenchContext,
  runtime: Runtime,
  name: string,
): Promise<Place<End>> {
  const place =
    runtime === "node"
      ? await startNode<End>(name, { nodeArgs: context.nodeArgs })
      : await startPage<End>(await context.browser(), name);
  context.defer(() => place.close());
  return place;
}
