/** Bytes of X25519 keys, of shared secrets and of what is derived from them (RFC 7748, RFC 8439). */
export const KEY_BYTES = 32;
/** Bytes of the Poly1305 tag at the end of each sealed box (RFC 8439 section 2.8). */
export const TAG_BYTES = 16;
/** Bytes of an encoded ristretto255 element (RFC 9496). */
export const SHARE_BYTES = 32;

/**
 * Numbers of sealed datagrams below the highest seen that may still come: far more than are ever under way between two
 * members, in 32 bytes a pair.
 */
export const REPLAY_WINDOW = 256;

/** Key agreements at once, and per second from then on: about 3 ms of CPU each, so a flood takes a fifth of a core. */
export const AGREEMENTS_BURST = 256;
export const AGREEMENTS_PER_SECOND = 64;

/** Guesses at a room's password that a member answers at once; the issue that asked for passwords set the figure. */
export const FAILED_PROOFS_PER_MINUTE = 10;
export const PROOF_WINDOW_MS = 60_000;
/** The pause after too many, which doubles with each further failure, ends growing here: about 24 guesses a day. */
export const MAX_PROOF_DELAY_MS = 3_600_000;
/** Who could not be answered for too many guesses is looked for once more are allowed, and not more often than this. */
export const ASK_AGAIN_MIN_MS = 5_000;
