import { iceServersFrom, Peer, type PeerOptions, WebSocketDriver } from "peerhood";
import { CliError, EXIT } from "./exit-codes.js";
import { harmless } from "./format.js";

/** Flags that all commands have which meet others. */
export interface ConnectFlags {
  readonly server?: string;
  readonly token?: string;
  readonly ice?: readonly string[];
  readonly relay?: boolean;
  readonly verbose?: boolean;
}

const NO_SERVER =
  "Which server should the two meet at? There is no public one. On a machine that both reach run\n\n" +
  "    peerhood serve --host 0.0.0.0\n\n" +
  "and give both sides the address that it prints: --server ws://…, or once for all in PEERHOOD_SERVER.";

/** Address of the signaling server: from `--server`, or from `PEERHOOD_SERVER`. @throws CliError `NO_SERVER` */
export function serverUrl({ server }: ConnectFlags): string {
  const url = server ?? process.env["PEERHOOD_SERVER"] ?? "";
  if (url === "") throw new CliError(EXIT.usage, "NO_SERVER", NO_SERVER);
  const socket = url.replace(/^http(s?:)/i, "ws$1");
  if (/^wss?:\/\/[^/]/i.test(socket) && URL.canParse(socket)) return socket;
  throw new CliError(EXIT.usage, "INVALID_SERVER", `A server is an address like ws://host:8787, not "${url}".`);
}

export interface Connection {
  readonly url: string;
  readonly driver: WebSocketDriver;
  readonly peer: Peer;
  /** Leaves, and closes the driver; a remote that does not answer is not waited for. */
  close(): Promise<void>;
}

/** What Peer and diagnosis are given alike. */
export function iceServersOf(flags: ConnectFlags): NonNullable<PeerOptions["iceServers"]> {
  const given = flags.ice ?? (process.env["PEERHOOD_ICE"] ?? "").split(",").filter((url) => url !== "");
  const [first] = given;
  if (given.length === 1 && first !== undefined && /^(?:https?|wss?):/i.test(first)) {
    const token = tokenOf(flags);
    return iceServersFrom(first, token === undefined ? {} : { token });
  }
  return given.map(iceServer);
}

/** `stun:host:3478`, or `turn:user:secret@host:3478`. @throws CliError `INVALID_ICE` */
function iceServer(text: string): { urls: string; username?: string; credential?: string } {
  const match = /^(stuns?|turns?):(?:([^:@]+):([^@]+)@)?([^@\s]+)$/i.exec(text);
  if (match === null) {
    const shapes = "stun:host:3478, turn:user:secret@host:3478 or https://host/ice";
    throw new CliError(EXIT.usage, "INVALID_ICE", `--ice takes ${shapes}; one of those given is none of them.`);
  }
  const [, scheme, username, credential, host] = match;
  const urls = `${String(scheme)}:${String(host)}`;
  return username === undefined || credential === undefined ? { urls } : { urls, username, credential };
}

function tokenOf({ token }: ConnectFlags): string | undefined {
  return token ?? process.env["PEERHOOD_TOKEN"];
}

export function createDriver(flags: ConnectFlags): WebSocketDriver {
  const token = tokenOf(flags);
  return new WebSocketDriver(serverUrl(flags), token === undefined ? {} : { token });
}

/** A peer over that server. Nothing is contacted before it joins. */
export function connect(flags: ConnectFlags): Connection {
  const url = serverUrl(flags);
  const driver = createDriver(flags);
  const iceServers = iceServersOf(flags);
  if (
    flags.relay === true &&
    Array.isArray(iceServers) &&
    !iceServers.some(({ urls }) => /^turn/i.test(String(urls)))
  ) {
    const text = "--relay goes by TURN only, and no TURN server was given: --ice turn:user:secret@host:3478.";
    throw new CliError(EXIT.usage, "NO_RELAY", text);
  }
  const log = (message: string): void => {
    if (flags.verbose === true) process.stderr.write(`[peerhood] ${harmless(message)}\n`);
  };
  const peer = new Peer({
    driver,
    iceServers,
    iceTransportPolicy: flags.relay === true ? "relay" : "all",
    logger: { debug: log, info: log, warn: log, error: log },
  });
  return {
    url,
    driver,
    peer,
    close: async () => {
      await peer.leave();
      await driver.close();
    },
  };
}
