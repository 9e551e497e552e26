/** Version of what peers say over the control channel; both sides name theirs in the hello. */
export const CONTROL_VERSION = 2;

/** The control channel: negotiated, so that it exists on both sides before the first byte. */
export const CONTROL_LABEL = "peerhood";
export const CONTROL_PROTOCOL = "peerhood/1";
export const CONTROL_ID = 0;

/** How long a goodbye may take to reach the other side before the connection is closed all the same. */
export const GOODBYE_MS = 500;

/** Round-trip probe of `stats()`: an answer later than this counts as unknown. */
export const PING_TIMEOUT_MS = 2_000;

/** Signals kept while `verify` decides or the connection is made: an offer and its candidates are a few dozen. */
export const MAX_HELD_MESSAGES = 512;

/** Messages of a `verify` exchange kept unread; what a remote sends beyond that is dropped. */
export const MAX_VERIFY_MESSAGES = 64;

/**
 * Connections that a session may try, one after the other, before it has been connected. The second nearly always
 * works: libdatachannel fails about 5 of 960 on a machine at load 15 by a race of its own (packages/docs/facts.md).
 */
export const MAX_DIALS = 3;

/** Characters of the reason that `kick` tells: a sentence or two. */
export const MAX_KICK_DETAIL = 1_024;

/**
 * How long an attempt to build a lost connection anew may take: what it gathered while the network was away is of no
 * use when that is back. Each failure gives the next more time, for networks that are slow and not gone.
 */
export const ATTEMPT_MIN_MS = 4_000;
export const ATTEMPT_STEP_MS = 2_000;
export const ATTEMPT_MAX_MS = 10_000;

/** Connections that the remote may have this side make: so many at once, and so many per second in the long run. */
export const REMOTE_DIALS_BURST = 64;
export const REMOTE_DIALS_PER_SECOND = 2;
