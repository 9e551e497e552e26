import { readFileSync } from "node:fs";
import { pino, type Logger as PinoLogger } from "pino";
import { jwtAuthorize } from "../access/jwt.js";
import type { ServerOptions, TlsOptions } from "../options.js";
import { numberOf, type Settings } from "./settings.js";

const LEVELS = ["debug", "info", "warn", "error", "silent"];

/** @throws Error that says which setting is wrong */
export function serverOptions(settings: Settings, logger: PinoLogger): ServerOptions & { port: number; host: string } {
  const { text, secrets, limits } = settings;
  const tls = readTls(settings);
  const authorize = authorizeOf(settings);
  if (text["turn-urls"] !== undefined && secrets["turn-secret"] === undefined) {
    throw new Error("--turn-urls needs PEERHOOD_TURN_SECRET: the static-auth-secret of coturn");
  }
  return {
    port: numberOf("--port", text.port ?? "", 0, 65_535),
    host: text.host ?? "127.0.0.1",
    trustProxy: numberOf("--trust-proxy", text["trust-proxy"] ?? "0", 0, 32),
    limits,
    logger,
    ...(tls ? { tls } : {}),
    ...(authorize ? { authorize } : {}),
    ...(text.origins === undefined ? {} : { origins: listOf(text.origins) }),
    ...(text.cluster === undefined ? {} : { cluster: text.cluster }),
    ...(text["turn-urls"] === undefined
      ? {}
      : {
          turn: {
            urls: listOf(text["turn-urls"]),
            secret: secrets["turn-secret"] ?? "",
            ttlS: numberOf("--turn-ttl", text["turn-ttl"] ?? "", 60),
          },
        }),
    ...(text["admin-port"] === undefined
      ? {}
      : {
          admin: {
            port: numberOf("--admin-port", text["admin-port"], 0, 65_535),
            host: text["admin-host"] ?? "127.0.0.1",
          },
        }),
  };
}

/** @throws Error for one without the other, or files that can not be read */
export function readTls({ text }: Pick<Settings, "text">): TlsOptions | undefined {
  const [cert, key] = [text["tls-cert"], text["tls-key"]];
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw new Error("--tls-cert and --tls-key belong together");
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

/** To stderr, since stdout has the line with the url; at once, so that the last words of a crash are there. */
export function createLogger({ text }: Settings): PinoLogger {
  const level = text["log-level"] ?? "warn";
  if (!LEVELS.includes(level)) throw new Error(`--log-level ${level}: give one of ${LEVELS.join(", ")}`);
  return pino({ name: "peerhood-server", level, base: { pid: process.pid } }, pino.destination({ fd: 2, sync: true }));
}

function authorizeOf({ text, secrets }: Settings): ServerOptions["authorize"] {
  const [secret, jwks] = [secrets["jwt-secret"], text["jwt-jwks"]];
  const [issuer, audience] = [text["jwt-issuer"], text["jwt-audience"]];
  if (secret === undefined && jwks === undefined) {
    // Otherwise a lost environment variable would open the server to everybody.
    if (issuer !== undefined || audience !== undefined) {
      throw new Error("--jwt-issuer and --jwt-audience need PEERHOOD_JWT_SECRET or --jwt-jwks");
    }
    return undefined;
  }
  return jwtAuthorize({
    ...(secret === undefined ? {} : { secret }),
    ...(jwks === undefined ? {} : { jwks }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience: listOf(audience) }),
  });
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
}
