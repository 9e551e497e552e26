// How much a peer remembers for its snapshot: enough to see how things came about, bounded for those that run for months.
// Measured in Node 20: an entry takes 150 bytes or fewer, so a remote costs 20 kB at the most, and 4 to 6 kB when nothing goes
// wrong; a stay 12 kB with all its events. To note a signal takes half a microsecond, to pass a message by a nanosecond.

/** Events of a stay; messages are counted, not listed. */
export const MAX_EVENTS = 128;

/** Errors of a stay. */
export const MAX_ERRORS = 32;

/** States that a remote was in: a connection that is lost and found again takes three. */
export const MAX_STATES = 32;

/** Signals with a remote: connecting takes 20 to 40, so the last few attempts are whole. */
export const MAX_SIGNALS = 128;

/** Remotes that are gone, whose record is kept to see why. */
export const MAX_GONE = 8;

/** Characters of a label or a reason of an event: remotes choose some of them. */
export const MAX_TEXT = 256;

/** Characters of an error's message. */
export const MAX_ERROR_TEXT = 512;
