import { once } from "node:events";
import type { ChannelMessageEvent, PeerEvents, RemotePeer } from "peerhood";
import { connect, type ConnectFlags } from "./connect.js";
import { harmless } from "./format.js";
import type { Interrupt } from "./interrupt.js";
import { type Output, writeData } from "./output.js";

export interface TapFlags extends ConnectFlags {
  readonly password?: string;
}

/** What is larger is drained and counted, not shown. */
const SHOWN_BYTES = 4_096;

/** `tap ROOM`: joins, and prints what goes on to stdout, a line each, until ctrl-C. It sends nothing. */
export async function tap(room: string, flags: TapFlags, output: Output, { signal }: Interrupt): Promise<void> {
  const connection = connect(flags);
  const { peer } = connection;
  const password = flags.password ?? process.env["PEERHOOD_PASSWORD"];
  const print = (event: string, remote: RemotePeer | undefined, details: Record<string, unknown>): void => {
    const time = new Date().toISOString();
    const line = output.json
      ? JSON.stringify({ event, time, ...(remote === undefined ? {} : { remote: remote.id }), ...details })
      : `${time.slice(11, 23)} ${event} ${remote?.id.slice(0, 8) ?? ""} ${harmless(JSON.stringify(details))}`;
    // That nobody reads it any more ends the command by itself.
    writeData(`${line}\n`).catch(() => {});
  };
  const groups = ["connection", "stream", "track"] as const satisfies readonly (keyof PeerEvents)[];
  for (const group of groups) {
    peer.on(group, (event) => {
      const { state, reason, label, error } = event as Partial<Record<"state" | "reason" | "label" | "error", unknown>>;
      const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
      print(event.name, event.remote, { state, reason, label, code, message, metadata: event.remote.metadata });
    });
  }
  for (const name of ["channel:open", "channel:close"] as const) {
    peer.on(name, ({ remote, label }) => print(name, remote, { label }));
  }
  peer.on("remote:metadata", ({ remote, metadata }) => print("remote:metadata", remote, { metadata }));
  peer.on("error", ({ error, remote }) => print("error", remote, { code: error.code, message: error.message }));
  peer.on("channel:message", async (event) => {
    const { remote, label, info, size } = event;
    print("channel:message", remote, { label, info, size, ...(await contentOf(event)) });
  });
  try {
    await peer.join({ room, metadata: { name: "tap" }, signal, ...(password === undefined ? {} : { password }) });
    output.tell("room", { room, id: peer.id }, `Listening in ${harmless(room)} as ${peer.id}; ctrl-C ends it.`);
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await connection.close();
  }
}

/** A short message whole; of another its bytes are taken, so that the sender is not held up, and counted. */
async function contentOf({ data, size }: ChannelMessageEvent): Promise<Record<string, unknown>> {
  try {
    if (size !== undefined && size <= SHOWN_BYTES) {
      const value = await data;
      return value instanceof ArrayBuffer || value instanceof Blob ? { bytes: size } : { value };
    }
    let bytes = 0;
    for await (const chunk of data) bytes += chunk.length;
    return { bytes };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}
