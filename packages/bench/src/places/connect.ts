import type * as bareNode from "../ends/bare-node.js";
import type * as peerhoodEnd from "../ends/peerhood.js";
import type { Place } from "./place.js";

export type BareEnd = typeof bareNode;
export type PeerhoodEnd = typeof peerhoodEnd;

/** Two ends of one connection; the first one sends. */
export interface Pair<End extends BareEnd | PeerhoodEnd> {
  readonly from: Place<End>;
  readonly to: Place<End>;
}

export async function connectBare(from: Place<BareEnd>, to: Place<BareEnd>): Promise<Pair<BareEnd>> {
  const offer = await from.call("offer");
  await from.call("accept", await to.call("answer", offer));
  await Promise.all([from.call("opened"), to.call("opened")]);
  return { from, to };
}

let rooms = 0;

/** `url` of a signaling server. */
export async function connectPeerhood(
  from: Place<PeerhoodEnd>,
  to: Place<PeerhoodEnd>,
  url: string,
): Promise<Pair<PeerhoodEnd>> {
  const room = `bench-${++rooms}`;
  await Promise.all([from.call("join", url, room), to.call("join", url, room)]);
  await Promise.all([from.call("opened"), to.call("opened")]);
  return { from, to };
}
