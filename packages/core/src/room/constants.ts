/** Pause before a member whose connection failed is looked for again; doubles with each failure in a row. */
export const MEET_AGAIN_MIN_MS = 1_000;
export const MEET_AGAIN_MAX_MS = 30_000;

/** How long a list from an `iceServers` function is used, unless it says so itself. */
export const ICE_SERVERS_TTL_MS = 300_000;
