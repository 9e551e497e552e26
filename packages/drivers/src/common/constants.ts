/** As everywhere in peerhood (the spec, section 1). */
export const CONNECTION_TIMEOUT_MS = 15_000;

/** An attempt to connect is given up after this: TCP, TLS and a broker's greeting take 3 s on a satellite link. */
export const ATTEMPT_MS = 5_000;

/** The first pause before another attempt; doubled each time, up to one of the two below. */
export const FIRST_PAUSE_MS = 100;
/** While somebody waits for signals. */
export const EAGER_PAUSE_MS = 1_000;
/** While nobody does. */
export const CALM_PAUSE_MS = 30_000;

/** Between two signs of life, where the client has them: a dead broker is noticed within twice that. */
export const KEEP_ALIVE_MS = 5_000;

/** Before all names at the broker, so that it may serve others, too. */
export const DEFAULT_PREFIX = "peerhood-signals";

/** The same at brokers that strangers share: half of what proxies usually wait for before they hang up. */
export const POLITE_KEEP_ALIVE_MS = 25_000;
