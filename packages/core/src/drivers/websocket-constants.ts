/** How long `subscribe` and `publish` wait for an open connection, as everywhere in peerhood (spec, section 1). */
export const CONNECTION_TIMEOUT_MS = 15_000;

/** How a connection is watched and made again, by whether anybody waits for signals. */
export interface Pace {
  readonly pingMs: number;
  /** Silence after which the server is taken for dead: half a ping interval for a late answer. */
  readonly deadMs: number;
  /** After this the next attempt begins. */
  readonly attemptMs: number;
  /** The longest pause between two attempts. */
  readonly pauseMs: number;
}

/**
 * How long an answer may take once this machine's network has changed: twice a round trip around half the world. Whom
 * that does not suffice has lost a connection that a moment makes anew.
 */
export const CHECK_MS = 500;

/** Somebody waits: the figures of the spec, section 5. */
export const EAGER: Pace = { pingMs: 2_000, deadMs: 3_000, attemptMs: 1_000, pauseMs: 1_000 };
/** Nobody waits, or the server has been away for a while. 30 s also keeps NAT mappings alive (RFC 4787: 2 min). */
export const CALM: Pace = { pingMs: 30_000, deadMs: 45_000, attemptMs: 10_000, pauseMs: 30_000 };
/** Who has waited this long waits for a server that is down, not for one that restarts. */
export const EAGER_FOR_MS = 60_000;

/** The first pause; doubled for each round over the urls, up to the pace's. */
export const FIRST_PAUSE_MS = 100;

/**
 * Attempts under way at once. An attempt that was given up may still win while it is one of them: on a satellite link
 * (0.6 s round trip) TCP, TLS and upgrade take 2.4 s, and attempts of 1 s alone would never get through.
 */
export const MAX_ATTEMPTS = 4;

/** The part of a token's life after which it is replaced, so that a slow issuer and a second try fit into the rest. */
export const REFRESH_AT = 0.75;
/** Whatever the server says: no more often than this. */
export const REFRESH_MIN_MS = 500;

/** Waited for the server's half of a closing handshake. */
export const CLOSE_PATIENCE_MS = 1_000;

/** Always passes (spec, section 5); what holds until the server has said its own limit. */
export const MIN_MAX_BYTES = 16_384;
