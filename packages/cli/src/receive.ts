import { createHash } from "node:crypto";
import { mkdir, statfs } from "node:fs/promises";
import { resolve } from "node:path";
import { isCancel, select } from "@clack/prompts";
import { isPeerhoodError, type RemotePeer } from "peerhood";
import { type Code, parseCode } from "./code.js";
import { connect, type ConnectFlags } from "./connect.js";
import { CliError, EXIT, toCliError } from "./exit-codes.js";
import { formatBytes, harmless } from "./format.js";
import type { Interrupt } from "./interrupt.js";
import { Counterparts, enter } from "./meeting.js";
import { type Output, strong, writeData } from "./output.js";
import { type Collision, Landing } from "./transfer/landing.js";
import { checkOffer, describeOffer, type End, END, type Offer, OFFER, PROGRESS, totalBytes } from "./transfer/offer.js";
import { pull, type PullOptions, pullToFile, type Sink } from "./transfer/pull.js";

export interface ReceiveFlags extends ConnectFlags {
  readonly output: string;
  readonly overwrite?: boolean;
  readonly stdout?: boolean;
  /** Milliseconds. */
  readonly wait?: number;
}

/** Files under way at once: small ones wait for a round trip each, large ones share the path fairly. */
const AT_ONCE = 4;
const TELL_SENDER_EVERY_MS = 250;
const END_WITHIN_MS = 5_000;

/** What the state of one `receive` is, over all the senders that it may take. */
interface Reception {
  readonly code: Code;
  readonly flags: ReceiveFlags;
  readonly output: Output;
  /** For `--stdout`: what went out already, should the sender be started again. */
  readonly out: { position: number; readonly hash: ReturnType<typeof createHash> };
  /** What was decided about names that are taken: asked once, not after each interruption. */
  readonly collisions: Map<string, Collision>;
}

/** `receive CODE`: gets all that the sender offers; goes on when either side was interrupted. */
export async function receive(
  typed: string,
  flags: ReceiveFlags,
  output: Output,
  { signal }: Interrupt,
): Promise<void> {
  const code = parseCode(typed);
  const connection = connect(flags);
  const reception: Reception = {
    code,
    flags,
    output,
    out: { position: 0, hash: createHash("sha256") },
    collisions: new Map(),
  };
  try {
    if (flags.stdout !== true) await mkdir(flags.output, { recursive: true });
    const counterparts = new Counterparts(connection, "send");
    await enter(connection, code, "receive", signal);
    output.tell("waiting", { code: code.text, server: connection.url }, "Waiting for the sender …");
    await receiveAll(counterparts, reception, signal);
  } finally {
    output.clear();
    await connection.close();
  }
}

async function receiveAll(counterparts: Counterparts, reception: Reception, signal: AbortSignal): Promise<void> {
  const { flags, output } = reception;
  for (;;) {
    const { remote, gone } = await counterparts.next(flags.wait, signal, true);
    const ended = AbortSignal.any([signal, gone]);
    output.tell("connected", { fingerprint: remote.fingerprint.words }, undefined);
    try {
      await receiveFrom(remote, reception, ended);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (gone.aborted || (remote.state !== "connected" && isPeerhoodError(error) && error.code !== "REQUEST_FAILED")) {
        output.tell("interrupted", {}, "The sender has gone. Waiting for it to come back with the same code …");
        continue;
      }
      const failure = toCliError(error);
      await tellEnd(remote, { ok: false, message: failure.message });
      throw failure;
    }
  }
}

async function tellEnd(remote: RemotePeer, end: End): Promise<void> {
  // Whether or not the sender hears of it, this side is through.
  await remote.request(END, end, { timeoutMs: END_WITHIN_MS }).catch(() => {});
}

async function receiveFrom(remote: RemotePeer, reception: Reception, signal: AbortSignal): Promise<void> {
  const offer = checkOffer(await remote.request(OFFER, undefined, { signal }));
  const total = totalBytes(offer);
  const { output, flags } = reception;
  const amount = total === undefined ? "" : ` (${formatBytes(total)})`;
  const names = offer.items.map(({ name }) => harmless(name));
  output.tell("offer", { names, total }, `Receiving ${strong(names.join(", "))}${amount}`);

  const meter = progressTo(remote, output, harmless(describeOffer(offer)), total);
  const paths =
    flags.stdout === true
      ? await toStdout(remote, offer, reception, meter.add, signal)
      : await toDisk(remote, offer, reception, meter.add, signal);
  meter.end();
  output.clear();
  await tellEnd(remote, { ok: true, bytes: meter.bytes });
  const where = paths.length === 0 ? "" : `: ${paths.map(harmless).join(", ")}`;
  output.tell(
    "done",
    { paths, bytes: meter.bytes, bytesKept: meter.bytesKept },
    `Received${where}, ${formatBytes(meter.bytes)}, SHA-256 checked.`,
  );
}

/** Counts what has come, shows it, and tells the sender. */
function progressTo(remote: RemotePeer, output: Output, label: string, total: number | undefined) {
  let bytes = 0;
  let bytesKept = 0;
  let toldAtMs = -Infinity;
  // Only for the sender's bar: that it fails changes nothing.
  remote.open(PROGRESS).catch(() => {});
  const tellSender = (): void => {
    remote.send({ received: bytes }, PROGRESS).catch(() => {});
  };
  return {
    get bytes() {
      return bytes;
    },
    /** Of these, those that were here already. */
    get bytesKept() {
      return bytesKept;
    },
    add: (more: number, kept = false): void => {
      bytes += more;
      if (kept) bytesKept += more;
      output.progress(label, bytes, total);
      if (performance.now() - toldAtMs < TELL_SENDER_EVERY_MS) return;
      toldAtMs = performance.now();
      tellSender();
    },
    end: (): void => {
      output.progress(label, bytes, total, true);
      tellSender();
    },
  };
}

async function toStdout(
  remote: RemotePeer,
  { items }: Offer,
  { out }: Reception,
  onBytes: PullOptions["onBytes"],
  signal: AbortSignal,
): Promise<string[]> {
  const [item] = items;
  const entry = item?.entries[0];
  if (items.length !== 1 || item?.kind !== "file" || entry === undefined) {
    const text = "--stdout takes one file, and the sender has more than that. Receive it into a folder: --output DIR.";
    throw new CliError(EXIT.usage, "NOT_ONE_FILE", text);
  }
  const sink: Sink = {
    offset: out.position,
    hash: out.hash.copy(),
    write: async (bytes) => {
      out.hash.update(bytes);
      out.position += bytes.length;
      await writeData(bytes);
    },
  };
  onBytes(sink.offset, true);
  await pull(sink, entry, { remote, item: 0, entry: 0, signal, onBytes });
  return [];
}

async function toDisk(
  remote: RemotePeer,
  offer: Offer,
  reception: Reception,
  onBytes: PullOptions["onBytes"],
  signal: AbortSignal,
): Promise<string[]> {
  const { code, flags } = reception;
  const folder = resolve(flags.output);
  const landings: Landing[] = [];
  const open: { item: number; entry: number }[] = [];
  let missing = 0;
  for (const [index, item] of offer.items.entries()) {
    const onCollision = async (name: string): Promise<Collision> => {
      const decided = reception.collisions.get(name) ?? (await decide(name, reception));
      reception.collisions.set(name, decided);
      return decided;
    };
    const landing = await Landing.prepare({ folder, item, code: code.text, onCollision });
    landings.push(landing);
    for (const [number, entry] of item.entries.entries()) {
      if (landing.isDone(entry)) onBytes(entry.size ?? 0, true);
      else {
        open.push({ item: index, entry: number });
        missing += (entry.size ?? 0) - (await landing.sizeOf(entry));
      }
    }
  }
  await checkRoom(folder, missing);

  const failed = new AbortController();
  const ended = AbortSignal.any([signal, failed.signal]);
  const work = async (): Promise<void> => {
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
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
  const workers = Array.from({ length: AT_ONCE }, () =>
    work().catch((error: unknown) => {
      // The first failure ends the others, which say nothing of their own.
      failed.abort(error);
      throw error;
    }),
  );
  const results = await Promise.allSettled(workers);
  signal.throwIfAborted();
  if (results.some(({ status }) => status === "rejected")) throw failed.signal.reason;
  const paths: string[] = [];
  for (const landing of landings) paths.push(await landing.place());
  await Promise.all(landings.map((landing) => landing.forget()));
  return paths;
}

/** Before anything is sent, where it can be known. */
async function checkRoom(folder: string, missing: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (missing <= bavail * bsize) return;
  const text = `There is room for ${formatBytes(bavail * bsize)} in ${folder}, and ${formatBytes(missing)} are to come.`;
  throw new CliError(EXIT.disk, "DISK_FULL", `${text} Make room, or receive elsewhere with --output.`);
}

/** The name is taken: as `--overwrite` says, or whoever sits there; nobody there, beside what there is. */
async function decide(name: string, { flags, output }: Reception): Promise<Collision> {
  if (flags.overwrite === true) return "overwrite";
  if (!output.interactive) return "rename";
  output.clear();
  const answer = await select<Collision | "stop">({
    message: `There is a "${name}" here already.`,
    options: [
      { value: "rename", label: "Keep it", hint: "the new one gets a number" },
      { value: "overwrite", label: "Replace it", hint: "in a folder: what has the same name" },
      { value: "stop", label: "Receive nothing" },
    ],
    output: process.stderr,
  });
  if (isCancel(answer) || answer === "stop") {
    throw new CliError(EXIT.failed, "DECLINED", "Nothing was received. The sender still waits.");
  }
  return answer;
}
