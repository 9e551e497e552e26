/** How often a connection is measured while somebody listens for its quality, in milliseconds. */
export const QUALITY_INTERVAL_MS = 2_000;

/** Measurements that a level is made of: 10 s. The median of five is moved by three, so by no single burst. */
export const QUALITY_SAMPLES = 5;

/**
 * Round trips in milliseconds from which a connection is `fair`, and `poor`: twice the one-way delays up to which ITU-T
 * G.114 has users of speech satisfied (150 ms), and up to which it is acceptable at all (400 ms).
 */
export const FAIR_ROUND_TRIP_MS = 300;
export const POOR_ROUND_TRIP_MS = 800;

/** Shares of lost packets from which it is `fair`, and `poor`: what ITU-T G.1010 allows video (1 %) and speech (3 %). */
export const FAIR_LOSS = 0.01;
export const POOR_LOSS = 0.03;

/** Packets below which a share of lost ones says nothing: of 100, one is 1 %. */
export const MIN_LOSS_PACKETS = 100;
