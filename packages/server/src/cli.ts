#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startServer, type SignalingServer } from "./server.js";

const USAGE = `Usage: peerhood-server [--port 8787] [--host 127.0.0.1]

Signaling server of peerhood: members of a room find each other through it.

  -p, --port <number>   TCP port, 0 for any free one (default 8787)
      --host <address>  address to listen on, 0.0.0.0 or :: for all (default 127.0.0.1)
  -h, --help            show this
  -v, --version         show the version

It lets everybody in who can reach it. To check tokens, or to serve a page on the same port, start it
from code: import { startServer } from "@peerhood/server".`;

process.exitCode = await main(process.argv.slice(2));

/** Returns the exit code; 0 also while the server is running. */
async function main(args: string[]): Promise<number> {
  let options: ReturnType<typeof readArguments>;
  try {
    options = readArguments(args);
  } catch (error) {
    console.error(`peerhood-server: ${messageOf(error)}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  if (options.version) {
    console.log(readVersion());
    return 0;
  }
  try {
    const server = await startServer(options);
    closeOnSignals(server);
    console.log(`peerhood-server listening on ${server.url}`);
    return 0;
  } catch (error) {
    console.error(`peerhood-server: cannot listen on ${options.host} port ${options.port}: ${messageOf(error)}`);
    return 1;
  }
}

function readArguments(args: string[]): { port: number; host: string; help: boolean; version: boolean } {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string", short: "p", default: "8787" },
      host: { type: "string", default: "127.0.0.1" },
      help: { type: "boolean", short: "h", default: false },
      version: { type: "boolean", short: "v", default: false },
    },
  });
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
    throw new Error(`--port ${values.port}: give a number from 0 to 65535`);
  }
  return { ...values, port };
}

/** The first signal closes in order, after which the process has nothing left to do; a second one does not wait. */
function closeOnSignals(server: SignalingServer): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.close());
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return (manifest as { version: string }).version;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
