/** Version of what peers say to each other over a driver. Another one is refused with `VERSION_MISMATCH`. */
export const SIGNALING_VERSION = 1;

/** Bytes of an id: 160 bits, as base32 32 characters. */
export const ID_BYTES = 20;
/** Bytes of an instance number: 80 bits, as base32 16 characters. */
export const INSTANCE_BYTES = 10;
/** Bytes that an instance number is the hash of. */
export const INSTANCE_SECRET_BYTES = 32;

/** Bytes of one datagram: every driver passes 16 KiB (driver.ts); the rest is room for sealing. */
export const MAX_DATAGRAM_BYTES = 15_360;

/** Bytes of metadata as JSON: it travels in the first datagram, whole. */
export const MAX_METADATA_BYTES = 8_192;

/**
 * When a newcomer announces itself, in milliseconds after joining: at once, again soon because the first may come
 * before others have subscribed, then ever more rarely, then never again. With a driver that loses 30 % of its
 * messages all nine are lost once in fifty thousand joins.
 */
export const ANNOUNCE_AT_MS = [0, 150, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000] as const;

/** First retransmission of a signal nobody acknowledged; four times a slow broker's round trip. */
export const RETRANSMIT_MIN_MS = 300;
/** Later ones grow by half each time, up to this. */
export const RETRANSMIT_MAX_MS = 2_000;
/** A side that has been silent for so long that retransmissions have slowed down to this was out of reach. */
export const RETRANSMIT_QUICK_MS = 1_000;
/** How long an acknowledgement waits for a signal to travel with. */
export const ACK_DELAY_MS = 30;

/** Messages kept that came before the ones they follow. */
export const MAX_REORDERED = 256;
/** Messages sent and not acknowledged; candidates of a multi-homed host are a few dozen. */
export const MAX_UNACKNOWLEDGED = 512;

/** How long leaving waits for the driver to take the goodbye. */
export const GOODBYE_MS = 500;

/** How long a side that has said its last word repeats it to one that has not heard it. */
export const LINGER_MS = 3_000;

/** Remote members of one room, connected or not: past it newcomers are ignored. Bounds a flood of announcements. */
export const MAX_REMOTES = 1_024;
/** Handshakes that may be under way; past it the oldest goes. */
export const MAX_UNMET = 256;
/** Handshakes with different stays of one id, and agreements within one: more than one only while somebody forges. */
export const MAX_HANDSHAKES_PER_ID = 4;
export const MAX_AGREEMENTS = 4;
/** Ended sessions that are remembered, so that a late signal of theirs revives nothing. */
export const MAX_ENDED = 1_024;

/** How long a stay tells another one with the same identity how old it is: whoever is to go has gone by then. */
export const TWIN_TIMEOUT_MS = 15_000;
