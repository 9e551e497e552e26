import { setMaxListeners } from "node:events";
import { statfs } from "node:fs/promises";
import type { RemotePeer } from "peerhood";
import { CliError, EXIT } from "../exit-codes.js";
import { formatBytes } from "../format.js";
import { Landing, type LandingOptions } from "./landing.js";
import type { Offer } from "./offer.js";
import { type PullOptions, pullToFile } from "./pull.js";

/** Files under way at once: each small one waits for a round trip; large ones share the path, so a few are enough. */
const SMALL_AT_ONCE = 32;
const LARGE_AT_ONCE = 4;
const SMALL_BYTES = 65_536;

export interface ToDiskOptions extends Pick<LandingOptions, "folder" | "code" | "onCollision"> {
  readonly remote: RemotePeer;
  readonly onBytes: PullOptions["onBytes"];
  readonly signal: AbortSignal;
}

interface Place {
  readonly item: number;
  readonly entry: number;
}

/**
 * Gets all of an offer into a folder, what is not there yet. Returns the paths of the items.
 * @throws CliError `DISK_FULL`, `NOT_REPLACEABLE`, `HASH_MISMATCH`; errors of the file system and of the connection
 */
export async function pullToDisk(offer: Offer, options: ToDiskOptions): Promise<string[]> {
  const landings: Landing[] = [];
  try {
    await pullAll(offer, landings, options);
    const paths: string[] = [];
    for (const landing of landings) paths.push(await landing.place());
    await Promise.all(landings.map((landing) => landing.forget()));
    return paths;
  } catch (error) {
    await Promise.all(landings.map((landing) => landing.tidy()));
    throw error;
  }
}

async function pullAll(offer: Offer, landings: Landing[], options: ToDiskOptions): Promise<void> {
  const { folder, code, onCollision, remote, onBytes, signal } = options;
  const small: Place[] = [];
  const large: Place[] = [];
  let missing = 0;
  for (const [index, item] of offer.items.entries()) {
    const landing = await Landing.prepare({ folder, item, code, onCollision });
    landings.push(landing);
    for (const [number, entry] of item.entries.entries()) {
      if (landing.isDone(entry)) onBytes(entry.size ?? 0, true);
      else {
        (entry.size !== null && entry.size <= SMALL_BYTES ? small : large).push({ item: index, entry: number });
        missing += (entry.size ?? 0) - (await landing.sizeOf(entry));
      }
    }
  }
  await checkRoom(folder, missing);

  const failed = new AbortController();
  const ended = AbortSignal.any([signal, failed.signal]);
  // Each file that is under way listens; Node warns of more than ten.
  setMaxListeners(SMALL_AT_ONCE + LARGE_AT_ONCE, ended);
  const work = async (queue: Iterable<Place>): Promise<void> => {
    for (const next of queue) {
      const [landing, entry] = [landings[next.item], offer.items[next.item]?.entries[next.entry]];
      if (landing === undefined || entry === undefined) continue;
      ended.throwIfAborted();
      if (entry.folder === true) await landing.makeFolder(entry);
      else {
        const file = await landing.open(entry);
        try {
          await pullToFile(file, entry, { remote, ...next, signal: ended, onBytes });
        } finally {
          await file.close();
        }
      }
      await landing.markDone(entry);
    }
  };
  // Each queue is one iterator, from which every worker takes the next.
  const queues = [
    ...Array<Iterable<Place>>(SMALL_AT_ONCE).fill(small.values()),
    ...Array<Iterable<Place>>(LARGE_AT_ONCE).fill(large.values()),
  ];
  const workers = queues.map((queue) =>
    work(queue).catch((error: unknown) => {
      // The first failure ends the others, which say nothing of their own.
      failed.abort(error);
      throw error;
    }),
  );
  const results = await Promise.allSettled(workers);
  signal.throwIfAborted();
  if (results.some(({ status }) => status === "rejected")) throw failed.signal.reason;
}

/** Before anything is sent, where it can be known. */
async function checkRoom(folder: string, missing: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (missing <= bavail * bsize) return;
  const text = `There is room for ${formatBytes(bavail * bsize)} in ${folder}, and ${formatBytes(missing)} are to come.`;
  throw new CliError(EXIT.disk, "DISK_FULL", `${text} Make room, or receive elsewhere with --output.`);
}
