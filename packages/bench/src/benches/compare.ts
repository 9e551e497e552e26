import type { AddressInfo } from "node:net";
import { PeerServer } from "peer";
import type { Bench, BenchContext } from "../bench.js";
import type * as peerjsEnd from "../ends/peerjs.js";
import type * as simplePeerEnd from "../ends/simple-peer.js";
import type * as trysteroEnd from "../ends/trystero.js";
import { judge, type Figure, type Rounds } from "../figure.js";
import { startPage } from "../places/page-place.js";
import type { EndModule, Place } from "../places/place.js";
import { inTurn, KIB, megabytesPerSecond, MIB, perSecond } from "../rounds.js";
import { bareBulkOf, bulkOf } from "./bulk.js";
import { startPairs } from "./pairs.js";

const BARE_FRAME_BYTES = 64 * KIB;
const MESSAGE_BYTES = 100;

/** Megabytes, or messages, a second. */
interface Contender {
  bulk(bytes: number): Promise<number>;
  messages(count: number): Promise<number>;
}

type LibraryEnd = EndModule & Pick<typeof trysteroEnd, "bulk" | "expectBytes" | "messages" | "opened">;

async function startPair<End extends LibraryEnd>(
  context: BenchContext,
  name: string,
): Promise<[Place<End>, Place<End>]> {
  const browser = await context.browser();
  const pages = [await startPage<End>(browser, name), await startPage<End>(browser, name)] as const;
  context.defer(() => Promise.all(pages.map((page) => page.close())));
  return [...pages];
}

async function contender(from: Place<LibraryEnd>, to: Place<LibraryEnd>): Promise<Contender> {
  await Promise.all([from.call("opened"), to.call("opened")]);
  return {
    async bulk(bytes) {
      await to.call("expectBytes", bytes);
      return megabytesPerSecond(bytes, await from.call("bulk", bytes));
    },
    async messages(count) {
      await to.call("expectBytes", count * MESSAGE_BYTES);
      return perSecond(count, await from.call("messages", count, MESSAGE_BYTES));
    },
  };
}

async function startPeerjs(context: BenchContext): Promise<Contender> {
  const port = await new Promise<number>((resolve) => {
    PeerServer({ port: 0, host: "127.0.0.1", path: "/" }, (server) => {
      context.defer(() => new Promise((closed) => server.close(closed)));
      resolve((server.address() as AddressInfo).port);
    });
  });
  const [from, to] = await startPair<typeof peerjsEnd>(context, "peerjs");
  await Promise.all([from.call("start", port, "bench-from"), to.call("start", port, "bench-to")]);
  await from.call("meet", "bench-to");
  return contender(from, to);
}

async function startTrystero(context: BenchContext): Promise<Contender> {
  const [from, to] = await startPair<typeof trysteroEnd>(context, "trystero");
  await Promise.all([from.call("start", "bench"), to.call("start", "bench")]);
  return contender(from, to);
}

async function startSimplePeer(context: BenchContext): Promise<Contender> {
  const [from, to] = await startPair<typeof simplePeerEnd>(context, "simple-peer");
  await from.call("accept", await to.call("answer", await from.call("offer")));
  return contender(from, to);
}

async function startOwn(context: BenchContext): Promise<{ peerhood: Contender; bare: Contender }> {
  const { ours, bare } = await startPairs(context, "page", "page");
  return {
    peerhood: {
      bulk: (bytes) => bulkOf(ours, bytes),
      messages: async (count) => perSecond(count, await ours.from.call("messages", count, MESSAGE_BYTES)),
    },
    bare: {
      bulk: (bytes) => bareBulkOf(bare, bytes, BARE_FRAME_BYTES),
      async messages(count) {
        await bare.to.call("expectBytes", count * MESSAGE_BYTES);
        return perSecond(count, await bare.from.call("messages", count, MESSAGE_BYTES));
      },
    },
  };
}

function figuresOf(title: string, unit: string, rounds: Rounds, short: boolean): Figure[] {
  return [
    ...["PeerJS", "trystero"].map((name) =>
      judge({ name: `${title}, beside ${name}`, unit, better: "higher", rounds, beside: [name], limit: 1 }, short),
    ),
    ...["simple-peer", "bare"].map((name) =>
      judge({ name: `${title}, beside ${name}`, unit, better: "higher", rounds, beside: [name] }, short),
    ),
  ];
}

/** What people use today, and ours, between two pages of one browser. */
export const compare: Bench = {
  name: "compare",
  async run(context) {
    const { short } = context;
    const contenders: Record<string, Contender> = {
      ...(await startOwn(context)),
      "simple-peer": await startSimplePeer(context),
      PeerJS: await startPeerjs(context),
      trystero: await startTrystero(context),
    };
    const [bytes, count, rounds] = short ? [2 * MIB, 500, 3] : [16 * MIB, 2_000, 5];
    const each = (run: (one: Contender) => Promise<number>): Record<string, () => Promise<number>> =>
      Object.fromEntries(Object.entries(contenders).map(([name, one]) => [name, () => run(one)]));
    const bulk = await inTurn(
      each((one) => one.bulk(bytes)),
      rounds,
      short,
    );
    const messages = await inTurn(
      each((one) => one.messages(count)),
      rounds,
      short,
    );
    return {
      figures: [
        ...figuresOf("bulk, Chromium", "MB/s", bulk, short),
        ...figuresOf("100-byte messages, Chromium", "/s", messages, short),
      ],
    };
  },
};
