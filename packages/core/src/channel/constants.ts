/** Labelled channels open at once with one remote; ids are given out from 1 to 1,023, and late closers keep theirs. */
export const MAX_CHANNELS = 256;

/** Sends that wait for one label to open; more than that is a program that never opens it. */
export const MAX_WAITING_SENDS = 4_096;

/** The label of `send` without one; the only one that opens by itself. */
export const DEFAULT_LABEL = "default";
