import { createHmac, randomBytes } from "node:crypto";

export interface TurnOptions {
  /** `turn:host:3478`, `turns:host:5349?transport=tcp`; also `stun:` ones, which get no credentials. */
  readonly urls: readonly string[];
  /** coturn's `static-auth-secret`. */
  readonly secret: string;
  /** How long credentials hold. @default 3_600 */
  readonly ttlS?: number;
}

export interface TurnCredentials {
  /** When they expire, seconds since 1970, a colon, and who. */
  readonly username: string;
  readonly credential: string;
}

/** What `/ice` answers; `iceServersFrom` of `peerhood` reads it. */
export interface IceAnswer {
  readonly iceServers: readonly { urls: string[]; username?: string; credential?: string }[];
  /** How long they may be used for new connections: half of their life, so that a connection has the other half. */
  readonly ttlMs: number;
}

export const TURN_TTL_S = 3_600;

/**
 * Credentials as coturn checks them with `use-auth-secret`: draft-uberti-behave-turn-rest-00, section 2.2.
 * @param id who; coturn counts its quotas by it. Random without one
 */
export function mintTurnCredentials(
  { secret, ttlS = TURN_TTL_S }: Pick<TurnOptions, "secret" | "ttlS">,
  id: string = randomBytes(8).toString("hex"),
): TurnCredentials {
  const username = `${Math.floor(Date.now() / 1_000) + ttlS}:${id}`;
  return { username, credential: createHmac("sha1", secret).update(username).digest("base64") };
}

export function iceAnswer(turn: TurnOptions, id?: string): IceAnswer {
  const isStun = (url: string): boolean => /^stuns?:/i.test(url);
  const [stun, relays] = [turn.urls.filter(isStun), turn.urls.filter((url) => !isStun(url))];
  return {
    iceServers: [
      ...(stun.length > 0 ? [{ urls: stun }] : []),
      ...(relays.length > 0 ? [{ urls: relays, ...mintTurnCredentials(turn, id) }] : []),
    ],
    ttlMs: (turn.ttlS ?? TURN_TTL_S) * 500,
  };
}

/** @throws RangeError for what a client could not use */
export function checkTurn({ urls, secret, ttlS = TURN_TTL_S }: TurnOptions): void {
  const wrong = urls.find((url) => !/^(?:turns?|stuns?):[^/\s]/i.test(url));
  if (wrong !== undefined) throw new RangeError(`${wrong} is no TURN server: give turn:host:port or turns:host:port.`);
  if (urls.length === 0 || secret === "") throw new RangeError("turn needs urls and coturn's static-auth-secret.");
  if (!(ttlS >= 60)) throw new RangeError("turn.ttlS is below 60 s: connections would outlive their credentials.");
}
