import type { Peer, RemotePeer } from "peerhood";
import { createCode, parseCode } from "./code.js";
import { connect, type ConnectFlags } from "./connect.js";
import { CliError, toCliError } from "./exit-codes.js";
import { formatBytes, harmless } from "./format.js";
import { type Interrupt, unlessAborted } from "./interrupt.js";
import { Counterparts, enter, noConnection } from "./meeting.js";
import { type Output, strong } from "./output.js";
import { type Collection, collect } from "./transfer/collect.js";
import { openSource, StdinSource } from "./transfer/file-source.js";
import {
  describeOffer,
  type End,
  END,
  FILE,
  type FileRequest,
  namesOf,
  OFFER,
  PROGRESS,
  totalBytes,
} from "./transfer/offer.js";

export interface SendFlags extends ConnectFlags {
  readonly code?: string;
  /** Of what comes from stdin. */
  readonly name?: string;
  /** Milliseconds. */
  readonly wait?: number;
}

/** Of what was left out, a terminal is told this many; `--json` all. */
const SHOWN_SKIPPED = 20;
/** A receiver that has all says so and leaves; that long its goodbye may take. */
const GOODBYE_WITHIN_MS = 3_000;

/** `send FILE…`: offers them under a code until a receiver has all. */
export async function send(
  files: readonly string[],
  flags: SendFlags,
  output: Output,
  { signal }: Interrupt,
): Promise<void> {
  const code = flags.code === undefined ? createCode() : parseCode(flags.code);
  const collection = await collect(files, flags.name, signal);
  for (const [index, path] of collection.skipped.entries()) {
    output.tell("skipped", { path }, index < SHOWN_SKIPPED ? `Left out: ${harmless(path)}` : undefined);
  }
  const more = collection.skipped.length - SHOWN_SKIPPED;
  if (more > 0) output.note(`Left out: ${more} more.`);
  const connection = connect(flags);
  const total = totalBytes(collection.offer);
  const label = describeOffer(collection.offer);
  try {
    const counterparts = new Counterparts(connection, "receive", {
      onWrongCode: (attempts) =>
        output.tell("wrong-code", { attempts }, "Somebody tried with another code, and was not let in."),
      onNoConnection: noConnection(output, "receiver"),
    });
    const delivery = answer(connection.peer, collection, output);
    await enter(connection, code, "send", signal);
    const amount = total === undefined ? "" : ` (${formatBytes(total)})`;
    const names = collection.offer.items.map(({ name }) => name);
    output.tell(
      "code",
      { code: code.text, server: connection.url, names, total },
      `Sending ${strong(namesOf(collection.offer))}${amount}. On the other machine:\n\n    ` +
        `${strong(`peerhood receive ${code.text}`)}\n\nwith --server ${connection.url} or the same in PEERHOOD_SERVER.`,
    );
    // Without it nobody can receive anything.
    if (output.quiet) output.say(code.text);
    for (;;) {
      const { gone } = await counterparts.next(flags.wait, signal, false);
      output.tell("connected", {}, "The receiver is there.");
      const ended = await unlessAborted(delivery.ended(gone), signal);
      if (ended !== undefined) {
        // It leaves by itself when it has our answer.
        const late = setTimeout(() => delivery.giveUp(), GOODBYE_WITHIN_MS);
        await unlessAborted(delivery.left(ended), signal);
        clearTimeout(late);
        break;
      }
      output.clear();
      const isOther = (gone.reason as CliError).code === "SUPERSEDED";
      output.tell(
        "interrupted",
        {},
        isOther
          ? "Another receiver has come with the code; it is served instead."
          : "The receiver has gone without all of it. Waiting for it to come back …",
      );
    }
    output.progress(label, total ?? delivery.received, total, true);
    output.clear();
    output.tell(
      "done",
      { bytes: delivery.received },
      `Sent, ${formatBytes(delivery.received)}; the receiver has checked it.`,
    );
  } catch (error) {
    const failure = toCliError(error);
    if (failure.code !== "INTERRUPTED" || files.includes("-")) throw failure;
    const text = `Interrupted. To go on, send the same with --code ${code.text}.`;
    throw new CliError(failure.exitCode, failure.code, text, { cause: error });
  } finally {
    output.clear();
    await connection.close();
  }
}

interface Delivery {
  /** Bytes that the receiver has said to have. */
  readonly received: number;
  /** The receiver that has all, or `undefined` when the one of that signal is gone. */
  ended(gone: AbortSignal): Promise<RemotePeer | undefined>;
  left(remote: RemotePeer): Promise<void>;
  giveUp(): void;
}

/** Answers what receivers ask. They decide what they need; so nothing is to be remembered of one that was here before. */
function answer(peer: Peer, { offer, paths }: Collection, output: Output): Delivery {
  const total = totalBytes(offer);
  const label = describeOffer(offer);
  const stdin = new StdinSource();
  let received = 0;
  let finished: RemotePeer | undefined;
  let notify = (): void => {};
  let giveUp = (): void => {};

  peer.respond(OFFER, () => offer);
  peer.respond(FILE, async ({ data, signal }) => {
    const request = (await data) as FileRequest;
    const entry = offer.items[request.item]?.entries[request.entry];
    const path = paths[request.item]?.[request.entry];
    if (entry === undefined || entry.folder === true) throw new Error("There is no such file in the offer.");
    return path === undefined ? stdin.open(request) : openSource(path, entry, request, signal);
  });
  peer.respond(END, async ({ data, remote }) => {
    const end = (await data) as End;
    if (end.ok) {
      if (Number.isSafeInteger(end.bytes)) received = Number(end.bytes);
      finished = remote;
      notify();
    } else {
      const message = harmless(String(end.message ?? "")).slice(0, 300);
      output.tell("receiver-failed", { message }, `The receiver has stopped: ${message}`);
    }
  });
  peer.on("channel:message", async ({ label: channel, data, size }) => {
    if (channel !== PROGRESS || (size ?? 0) > 1_000) return void data.cancel();
    const { received: bytes } = Object(await data) as { received?: unknown };
    if (typeof bytes !== "number" || !Number.isFinite(bytes) || finished !== undefined) return;
    received = bytes;
    output.progress(label, bytes, total);
  });

  return {
    get received() {
      return total ?? received;
    },
    ended: (gone) =>
      new Promise((resolve) => {
        notify = () => resolve(finished);
        if (finished !== undefined || gone.aborted) notify();
        gone.addEventListener("abort", () => notify(), { once: true });
      }),
    left: (remote) =>
      new Promise((resolve) => {
        giveUp = resolve;
        if (remote.state === "closed") resolve();
        remote.on("connection:closed", () => resolve());
      }),
    giveUp: () => giveUp(),
  };
}
