#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { createLogger, readTls, serverOptions } from "./cli/options.js";
import { numberOf, readSettings, usage, type Settings } from "./cli/settings.js";
import type { Logger } from "./logger.js";
import { startServer, type SignalingServer } from "./server.js";

process.exitCode = await main(process.argv.slice(2));

/** Returns the exit code; 0 also while the server is running. */
async function main(args: string[]): Promise<number> {
  let settings: Settings;
  let options: ReturnType<typeof serverOptions>;
  let logger: ReturnType<typeof createLogger>;
  let drain: Drain;
  try {
    settings = readSettings(args, process.env);
    if (settings.help) return print(usage());
    if (settings.version) return print(readVersion());
    logger = createLogger(settings);
    options = serverOptions(settings, logger);
    drain = drainOf(settings);
  } catch (error) {
    console.error(`peerhood-server: ${messageOf(error)}\n\n${usage()}`);
    return 2;
  }
  try {
    const server = await startServer(options);
    closeOnSignals(server, drain, logger);
    renewOnHangup(server, settings, logger);
    logger.info({ url: server.url, adminUrl: server.adminUrl }, "listening");
    return print(`peerhood-server listening on ${server.url}`);
  } catch (error) {
    console.error(`peerhood-server: cannot listen on ${options.host} port ${options.port}: ${messageOf(error)}`);
    return 1;
  }
}

interface Drain {
  readonly delayMs: number;
  readonly withinMs: number;
}

function drainOf({ text }: Settings): Drain {
  const seconds = (flag: "drain-delay" | "drain-time"): number =>
    1_000 * numberOf(`--${flag}`, text[flag] ?? "0", 0, 3_600);
  return { delayMs: seconds("drain-delay"), withinMs: seconds("drain-time") };
}

/**
 * SIGINT closes in order, SIGTERM sends the clients elsewhere before; after either the process has nothing left to do. A
 * second signal does not wait.
 */
function closeOnSignals(server: SignalingServer, { delayMs, withinMs }: Drain, logger: Logger): void {
  process.once("SIGINT", () => void server.close());
  process.once("SIGTERM", () => {
    logger.info({ delayMs, withinMs }, "asked to end");
    server.refuse();
    void pause(delayMs, undefined, { ref: true }).then(() => server.drain({ withinMs }));
  });
}

/** A certificate that was renewed is taken without a restart. */
function renewOnHangup(server: SignalingServer, settings: Settings, logger: Logger): void {
  process.on("SIGHUP", () => {
    try {
      const tls = readTls(settings);
      if (tls) server.renewTls(tls);
      logger.info({}, tls ? "took the certificate anew" : "there is no certificate to read again");
    } catch (error) {
      logger.error({ error: messageOf(error) }, "the certificate could not be read again; the old one stays");
    }
  });
}

function print(text: string): 0 {
  console.log(text);
  return 0;
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return (manifest as { version: string }).version;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
