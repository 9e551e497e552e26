import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { startServer, type SignalingServer } from "@peerhood/server";
import { CliError, EXIT } from "./exit-codes.js";
import type { Interrupt } from "./interrupt.js";
import { type Output, strong } from "./output.js";
import { readPage } from "./page.js";

export interface ServeFlags {
  readonly port: number;
  readonly host: string;
  readonly page: boolean;
}

const HERE = "127.0.0.1";

/** `serve`: the signaling server, and the room page beside it, until it is interrupted. Its addresses go to stdout. */
export async function serve({ port, host, page }: ServeFlags, output: Output, { signal }: Interrupt): Promise<void> {
  const onRequest = page ? await readPage() : undefined;
  let server: SignalingServer;
  try {
    server = await startServer({ port, host, ...(onRequest === undefined ? {} : { onRequest }) });
  } catch (cause) {
    const { code = "LISTEN_FAILED", message } = cause as NodeJS.ErrnoException;
    throw new CliError(EXIT.failed, code, `Can not listen on ${host} port ${port}: ${message}`, { cause });
  }
  const isEverywhere = host === "0.0.0.0" || host === "::";
  const hosts = isEverywhere ? [HERE, ...addresses()] : [host.includes(":") ? `[${host}]` : host];
  const urls = hosts.map((name) => `ws://${name}:${server.port}`);
  const pages = onRequest === undefined ? [] : hosts.map((name) => `http://${name}:${server.port}/?room=lobby`);
  output.tell("listening", { urls, pages, port: server.port });
  if (!output.json) {
    process.stdout.write(urls.map((url) => `${url}\n`).join(""));
    const other = urls.at(-1) ?? server.url;
    output.note(`\nOn both sides:  ${strong(`export PEERHOOD_SERVER=${other}`)}`);
    if (pages.length > 0) output.note(`With a browser: ${pages.at(-1) ?? ""}`);
    else if (page) output.note("The room page has not been built, so there is none.");
    if (!isEverywhere) output.note(`Only ${host} is listened on; for other machines: --host 0.0.0.0`);
    output.note("Ctrl-C ends it.");
  }
  try {
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await server.close();
  }
}

/** Addresses under which others on the network find this machine. */
function addresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).filter((entry) => entry.family === "IPv4" && !entry.internal).map((entry) => entry.address),
  );
}
