/** Share of `heartbeatTimeoutMs` that may be silent before this side asks: 2 s of 5, so that idle pairs say little. */
export const HEARTBEAT_QUIET_SHARE = 0.4;

/**
 * Share of it between two questions: six of them fit into what remains. On a control channel that loses packets, those
 * that follow make SCTP repeat the first at once instead of after its timer (RFC 9260, section 7.2.4).
 */
export const HEARTBEAT_STEP_SHARE = 0.1;

/**
 * Share of it after which another connection is begun beside the silent one, so that it is there, or nearly, when the
 * bound is reached. 1.5 s of 5 after the first question: what a lost packet costs SCTP (RFC 9260, section 16: RTO.Initial
 * of 1 s) is no reason yet.
 */
export const HEARTBEAT_DOUBT_SHARE = 0.7;

/**
 * The same after this machine's network has changed, and how often it asks then: a round trip around half the world.
 * Most changes concern no connection, and for those none shall be made.
 */
export const HEARTBEAT_DOUBT_MS = 250;

/**
 * How long the other side may be silent after this machine's network has changed. Twice SCTP's first retransmission
 * timer (RFC 9260, section 16: RTO.Initial of 1 s), so that one lost packet does not count.
 */
export const HEARTBEAT_HURRY_MS = 2_000;

/**
 * How often it is looked whether frames have come, while they do and for three seconds after. A pair to which they have
 * come at four looks in a row talks all the time (a file, a chat of many, a game): when none come until the next look, it
 * is asked whether it is still there.
 */
export const BUSY_LOOK_MS = 200;
export const BUSY_AFTER_LOOKS = 4;
/** The same on a pair that says nothing: it costs next to nothing, and a second later it is known to talk. */
export const IDLE_LOOK_MS = 1_000;

/** After a silence it is looked so many times more at that pace: whether it is over. */
export const BUSY_FOR_LOOKS = 15;

/**
 * How long the answer to that may take before the broker is asked, too. If that has fallen silent as well, it is this
 * machine's network that has changed, and another connection is begun; if not, a line that loses packets or a remote that
 * is busy looks just like that, and nothing is done before HEARTBEAT_DOUBT_SHARE.
 */
export const BUSY_ANSWER_MS = 150;
