/** Version of what peers say over the control channel; both sides name theirs in the hello. */
export const CONTROL_VERSION = 1;

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

/** Messages of a `verify` exchange kept unread; a remote that sends more is refused. */
export const MAX_VERIFY_MESSAGES = 64;

/**
 * Connections that a session may try, one after the other, before it has been connected. The second nearly always
 * works: libdatachannel fails about 5 of 960 on a machine at load 15 by a race of its own (packages/docs/facts.md).
 */
export const MAX_DIALS = 3;

/** Characters of the reason that `kick` tells: a sentence or two. */
export const MAX_KICK_DETAIL = 1_024;
