/** Labelled channels open at once with one remote; ids are given out from 1 to 1,023, and late closers keep theirs. */
export const MAX_CHANNELS = 256;

/** Sends that wait for one label to open; more than that is a program that never opens it. */
export const MAX_WAITING_SENDS = 4_096;

/** The label of `send` without one; the only one that opens by itself. */
export const DEFAULT_LABEL = "default";

/**
 * Frames to one remote that are kept because it has not said to have them, in bytes: past it, data waits. As much as
 * a remote may have unread, so that it slows nothing down that credit does not.
 */
export const MAX_KEPT_BYTES = 16 * 1_048_576;
/** What is told of arrived frames goes out after so many bytes or frames: it need not be often, only bounded. */
export const RECEIPT_BYTES = 512 * 1_024;
export const RECEIPT_FRAMES = 512;
/** Messages about channels that are kept because the remote has not said to have them; each is a few dozen bytes. */
export const MAX_KEPT_MESSAGES = 4_096;
/** Bytes that a native channel holds while kept frames go out again: as with others, so that they can be overtaken. */
export const REPLAY_HIGH_WATER_BYTES = 128 * 1_024;
/**
 * A native channel that closes may have been closed by the other side, which says so, or broken with its connection,
 * which is noticed within milliseconds. After this many neither has come: then it is closed.
 */
export const CLOSE_GRACE_MS = 1_000;
