import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, readdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isCancel, select } from "@clack/prompts";
import { isPeerhoodError, type RemotePeer } from "peerhood";
import { type Code, parseCode } from "./code.js";
import { connect, type ConnectFlags } from "./connect.js";
import { CliError, EXIT, toCliError } from "./exit-codes.js";
import { formatBytes, harmless } from "./format.js";
import { type Interrupt, interrupted } from "./interrupt.js";
import { Counterparts, enter, noConnection } from "./meeting.js";
import { type Output, strong, writeData } from "./output.js";
import type { Collision } from "./transfer/landing.js";
import {
  checkOffer,
  describeOffer,
  type End,
  END,
  namesOf,
  type Offer,
  OFFER,
  PROGRESS,
  totalBytes,
} from "./transfer/offer.js";
import { pull, type PullOptions, type Sink } from "./transfer/pull.js";
import { pullToDisk } from "./transfer/to-disk.js";

export interface ReceiveFlags extends ConnectFlags {
  readonly output: string;
  readonly overwrite?: boolean;
  readonly stdout?: boolean;
  /** Milliseconds. */
  readonly wait?: number;
}

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
    if (flags.stdout !== true) await makeFolder(flags.output);
    const counterparts = new Counterparts(connection, "send", { onNoConnection: noConnection(output, "sender") });
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
      // By a ctrl-C: it may be started again, and the sender waits for that. By a stdout that has gone: no use waiting.
      const ending = signal.aborted ? toCliError(signal.reason) : undefined;
      if (ending?.code === "INTERRUPTED") throw ending;
      const isAlone =
        gone.aborted || (remote.state !== "connected" && isPeerhoodError(error) && error.code !== "REQUEST_FAILED");
      if (ending === undefined && isAlone) {
        output.tell("interrupted", {}, "The sender has gone. Waiting for it to come back with the same code …");
        continue;
      }
      const failure = ending ?? toCliError(error);
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
  output.tell("offer", { names, total }, `Receiving ${strong(namesOf(offer))}${amount}`);

  const meter = progressTo(remote, output, describeOffer(offer), total);
  let paths: string[] = [];
  if (flags.stdout === true) await toStdout(remote, offer, reception, meter.add, signal);
  else {
    const onCollision = async (name: string): Promise<Collision> => {
      const decided = reception.collisions.get(name) ?? (await decide(name, reception, signal));
      reception.collisions.set(name, decided);
      return decided;
    };
    const folder = resolve(flags.output);
    const code = reception.code.text;
    paths = await pullToDisk(offer, { remote, folder, code, onCollision, onBytes: meter.add, signal });
  }
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
): Promise<void> {
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
}

/** Before anybody is met. */
async function makeFolder(folder: string): Promise<void> {
  if (folder === "") throw new CliError(EXIT.usage, "NO_NAME", "--output needs the name of a folder.");
  try {
    await makeFolders(resolve(folder));
    await readdir(folder);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const text = `"${harmless(folder)}" is no folder that can be written to.`;
    throw new CliError(EXIT.disk, (cause as NodeJS.ErrnoException).code ?? "FAILED", text, { cause });
  }
}

/** As `mkdir` with `recursive`, which in Node 20 never ends where a parent says that it can hold nothing, as /proc does. */
async function makeFolders(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolders(dirname(path));
    await mkdir(path);
  }
}

/** The name is taken: as `--overwrite` says, or whoever sits there; nobody there, beside what there is. */
async function decide(name: string, { flags, output }: Reception, signal: AbortSignal): Promise<Collision> {
  if (flags.overwrite === true) return "overwrite";
  if (!output.interactive) return "rename";
  output.clear();
  const answer = await select<Collision | "stop">({
    message: `There is a "${harmless(name)}" here already.`,
    options: [
      { value: "rename", label: "Keep it", hint: "the new one gets a number" },
      { value: "overwrite", label: "Replace it", hint: "in a folder: what has the same name" },
      { value: "stop", label: "Receive nothing" },
    ],
    output: process.stderr,
    signal,
  });
  signal.throwIfAborted();
  // While it asks, ctrl-C is a key.
  if (isCancel(answer)) throw interrupted("SIGINT");
  if (answer === "stop") {
    throw new CliError(EXIT.failed, "DECLINED", "Nothing was received. The sender still waits.");
  }
  return answer;
}
