/** Milliseconds from one snapshot to the next: a few times a second is what the eye can follow. */
export const INTERVAL_MS = 400;

/** The least that `interval` may ask for: statistics of a connection take a browser some milliseconds. */
export const MIN_INTERVAL_MS = 100;

/** Milliseconds that the plots and the strip of states reach back. */
export const WINDOW_MS = 60_000;

/** Characters of names and labels that are shown; remotes choose them. */
export const MAX_SHOWN = 48;
