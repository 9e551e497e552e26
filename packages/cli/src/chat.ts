import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { RemotePeer } from "peerhood";
import { connect, type ConnectFlags } from "./connect.js";
import { harmless } from "./format.js";
import type { Interrupt } from "./interrupt.js";
import { type Output, writeData } from "./output.js";

export interface ChatFlags extends ConnectFlags {
  readonly name?: string;
  readonly password?: string;
}

/** The channel of the room page: who is there with a browser reads the same. */
const CHANNEL = "chat";
const MAX_TEXT = 20_000;
/** What is longer is no line that somebody typed; it is not even read. */
const MAX_BYTES = 80_000;
/** How long the end waits for what was said last to reach everybody. */
const LAST_LINES_MS = 10_000;

/** `chat ROOM`: lines of stdin to all, lines of all to stdout, until stdin ends or ctrl-C. */
export async function chat(room: string, flags: ChatFlags, output: Output, { signal }: Interrupt): Promise<void> {
  const connection = connect(flags);
  const { peer } = connection;
  const password = flags.password ?? process.env["PEERHOOD_PASSWORD"];
  const name = flags.name ?? process.env["USER"] ?? "somebody";
  const present = new Set<RemotePeer>();
  peer.on("connection:connected", ({ remote, resumed }) => {
    present.add(remote);
    if (!resumed) output.tell("joined", { id: remote.id, name: nameOf(remote) }, `* ${nameOf(remote)} is here`);
  });
  peer.on("connection:closed", ({ remote, reason }) => {
    if (present.delete(remote))
      output.tell("left", { id: remote.id, name: nameOf(remote), reason }, `* ${nameOf(remote)} has gone`);
  });
  peer.on("error", ({ error }) => output.tell("problem", { code: error.code }, `* ${harmless(error.message)}`));
  peer.on("connection:failed", ({ remote, error }) => {
    const words = `* no connection to ${nameOf(remote)}: ${harmless(error.message)}`;
    output.tell("problem", { code: error.code, id: remote.id, name: nameOf(remote) }, words);
  });
  peer.on("channel:message", async ({ remote, label, data, size }) => {
    if (label !== CHANNEL || size === undefined || size > MAX_BYTES) return void data.cancel();
    const value = await data;
    if (typeof value !== "string") return;
    const text = harmless(value.slice(0, MAX_TEXT));
    if (output.json) output.tell("message", { id: remote.id, name: nameOf(remote), text: value.slice(0, MAX_TEXT) });
    // That nobody reads it any more ends the command by itself.
    else await writeData(`${nameOf(remote)}: ${text}\n`).catch(() => {});
  });
  const unsent = new Set<Promise<void>>();
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  const stop = (): void => lines.close();
  try {
    await peer.open(CHANNEL);
    await peer.join({ room, metadata: { name }, signal, ...(password === undefined ? {} : { password }) });
    output.tell("room", { room, id: peer.id, server: connection.url }, `* in ${room} as ${name}; ctrl-D ends it`);
    signal.addEventListener("abort", stop, { once: true });
    lines.on("line", (line) => {
      if (line === "") return;
      // Whom it did not reach has gone, or is told of by `error`.
      const sent = peer.send(line, CHANNEL).then(
        () => {},
        () => output.note("* that did not reach everybody"),
      );
      unsent.add(sent);
      void sent.then(() => unsent.delete(sent));
    });
    await once(lines, "close");
    signal.throwIfAborted();
    // `echo hello | peerhood chat lobby` ends before its line is there.
    if (unsent.size > 0)
      await Promise.race([Promise.all(unsent), once(signal, "abort"), sleep(LAST_LINES_MS, undefined, { ref: false })]);
  } finally {
    lines.close();
    process.stdin.unref?.();
    await connection.close();
  }
}

function nameOf({ metadata, id }: RemotePeer): string {
  const { name } = Object(metadata) as { name?: unknown };
  return harmless(typeof name === "string" && name !== "" ? name.slice(0, 60) : id.slice(0, 8));
}
