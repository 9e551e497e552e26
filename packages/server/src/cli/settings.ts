import { parseArgs } from "node:util";
import { DEFAULT_LIMITS, type Limits } from "../limits.js";

/** One setting: a flag, and the same in the environment: `--admin-port` is PEERHOOD_ADMIN_PORT. */
interface Setting {
  readonly value?: string;
  readonly help: string;
  readonly fallback?: string;
  readonly short?: string;
}

/** Secrets have no flag: every user of the machine can read the arguments of a process. */
const SECRETS = {
  "jwt-secret": "at least 32 bytes; tokens are checked with HS256",
  "turn-secret": "static-auth-secret of coturn",
} as const;

const SETTINGS = {
  port: { value: "number", short: "p", fallback: "8787", help: "TCP port, 0 for any free one" },
  host: { value: "address", fallback: "127.0.0.1", help: "address to listen on, 0.0.0.0 or :: for all" },
  "tls-cert": { value: "file", help: "certificate with its chain (PEM); read again on SIGHUP" },
  "tls-key": { value: "file", help: "its key (PEM)" },
  origins: { value: "list", help: "origins of pages that may connect, separated by commas" },
  "trust-proxy": { value: "number", fallback: "0", help: "proxies in front, whose X-Forwarded-For is believed" },
  "jwt-jwks": { value: "url", help: "checks tokens with the public keys there" },
  "jwt-issuer": { value: "text", help: "what iss must be" },
  "jwt-audience": { value: "text", help: "what aud must have" },
  "turn-urls": { value: "list", help: "TURN servers, separated by commas: /ice gives credentials" },
  "turn-ttl": { value: "seconds", fallback: "3600", help: "how long those hold" },
  cluster: { value: "url", help: "nats://host:4222 or redis://host:6379: shares rooms with other servers" },
  "admin-port": { value: "number", help: "second port, for /metrics, /healthz and /readyz" },
  "admin-host": { value: "address", fallback: "127.0.0.1", help: "where that one listens" },
  "drain-delay": { value: "seconds", fallback: "0", help: "on SIGTERM: not ready for so long, before clients go" },
  "drain-time": { value: "seconds", fallback: "5", help: "on SIGTERM: clients are sent elsewhere within this" },
  "log-level": { value: "level", fallback: "warn", help: "debug, info, warn, error or silent; JSON on stderr" },
} as const satisfies Record<string, Setting>;

type SettingName = keyof typeof SETTINGS;
type SecretName = keyof typeof SECRETS;

const LIMIT_HELP: Readonly<Record<keyof Limits, string>> = {
  messageBytes: "largest message",
  topicsPerSocket: "topics of one socket",
  messagesPerSecond: "requests per second of one socket",
  messagesBurst: "requests at once of one socket",
  throttledMs: "over that rate for so long is cut off",
  connectionsPerAddress: "sockets of one address",
  requestsPerSecond: "handshakes and HTTP requests per second of one address",
  rooms: "rooms of the server",
  peersPerRoom: "peers of one room",
  helloTimeoutMs: "from the socket to the accepted token",
  bufferedBytes: "what waits for a slow reader",
  pingIntervalMs: "between two pings",
};
const LIMIT_NAMES = Object.keys(LIMIT_HELP) as (keyof Limits)[];

export interface Settings {
  readonly help: boolean;
  readonly version: boolean;
  readonly text: Readonly<Record<SettingName, string | undefined>>;
  readonly secrets: Readonly<Record<SecretName, string | undefined>>;
  readonly limits: Partial<Limits>;
}

/**
 * Flags first, then the environment, then what is written above.
 * @throws Error for an argument that there is not
 */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): Settings {
  const flags = Object.entries(SETTINGS as Record<string, Setting>).map(
    ([name, { short }]) => [name, { type: "string", ...(short ? { short } : {}) }] as const,
  );
  const limitFlags = LIMIT_NAMES.map((name) => [flagOf(name), { type: "string" }] as const);
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries([...flags, ...limitFlags]),
      help: { type: "boolean", short: "h", default: false },
      version: { type: "boolean", short: "v", default: false },
    },
  });
  const given = values as Record<string, string | boolean | undefined>;
  const read = (flag: string): string | undefined => {
    const value = given[flag] ?? env[envOf(flag)];
    return typeof value === "string" && !(value === "" && given[flag] === undefined) ? value : undefined;
  };
  const pick = (name: string): [string, string | undefined] => [
    name,
    read(name) ?? (SETTINGS as Record<string, Setting>)[name]?.fallback,
  ];
  return {
    help: values["help"] === true,
    version: values["version"] === true,
    text: Object.fromEntries(Object.keys(SETTINGS).map(pick)) as Settings["text"],
    secrets: Object.fromEntries(
      Object.keys(SECRETS).map((name) => [name, env[envOf(name)] || undefined]),
    ) as Settings["secrets"],
    limits: Object.fromEntries(
      LIMIT_NAMES.flatMap((name) => {
        const value = read(flagOf(name));
        return value === undefined ? [] : [[name, numberOf(`--${flagOf(name)}`, value, 1)]];
      }),
    ),
  };
}

/** @throws Error that says what may be given */
export function numberOf(flag: string, value: string, min: number, max = 2_147_483_647): number {
  const number = Number(value);
  if (!/^\d{1,10}$/.test(value) || number < min || number > max) {
    throw new Error(`${flag} ${value}: give a number from ${min} to ${max}`);
  }
  return number;
}

export function usage(): string {
  const left = (text: string): string => `  ${text.padEnd(36)}`;
  const settings = Object.entries(SETTINGS as Record<string, Setting>).map(
    ([name, { short, value, help, fallback }]) =>
      left(`${short ? `-${short}, ` : "    "}--${name} <${value}>`) + help + (fallback ? ` (${fallback})` : ""),
  );
  const limits = LIMIT_NAMES.map(
    (name) => left(`    --${flagOf(name)} <number>`) + `${LIMIT_HELP[name]} (${DEFAULT_LIMITS[name]})`,
  );
  const secrets = Object.entries(SECRETS).map(([name, help]) => left(`    ${envOf(name)}`) + help);
  return `Usage: peerhood-server [--port 8787] [--host 127.0.0.1] …

Signaling server of peerhood: members of a room find each other through it. Without a way to check tokens it lets
everybody in who can reach it.

${settings.join("\n")}
${left("-h, --help")}show this
${left("-v, --version")}show the version

What clients may take:

${limits.join("\n")}

Each flag may be given in the environment instead: --admin-port is PEERHOOD_ADMIN_PORT. Only there:

${secrets.join("\n")}`;
}

function flagOf(limit: string): string {
  return `limit-${limit.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function envOf(flag: string): string {
  return `PEERHOOD_${flag.replaceAll("-", "_").toUpperCase()}`;
}
