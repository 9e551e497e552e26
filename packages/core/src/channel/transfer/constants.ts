const KIB = 1_024;
const MIB = 1_048_576;

/** What a transfer may send before the receiver has said anything. */
export const INITIAL_WINDOW_BYTES = 256 * KIB;
/** What the window of one transfer grows to while its reader keeps up: 8 MiB fill 80 MB/s at 100 ms. */
export const MAX_WINDOW_BYTES = 8 * MIB;
/** Growth of all windows of one remote together. With the reservations it makes the 16 MiB that one remote may have unread. */
export const GROWTH_POOL_BYTES = 8 * MIB;
/** Initial windows of all unread transfers of one remote together. */
export const ADMISSION_BYTES = 8 * MIB;
/** Transfers in pieces of one remote that are open at once. */
export const ADMISSION_COUNT = 1_024;
/** What a message that goes whole takes of the memory of who has not read it, beside its bytes. */
export const WHOLE_OVERHEAD_BYTES = 1 * KIB;

/**
 * A sender that waits for room goes on when there is room for so many short messages, or transfers: message by message,
 * each would have a frame and an acknowledgement of its own, and those cost fifty times what is in them.
 */
export const RESUME_COUNT = ADMISSION_COUNT / 4;
export const RESUME_BYTES = RESUME_COUNT * WHOLE_OVERHEAD_BYTES;
/** Whole messages that have come and are not acknowledged, at most, while more of them follow at once. */
export const UNTOLD_COUNT = 2_048;
/** How long room may be untold, or unused, while more of it may come. */
export const ROOM_DELAY_MS = 2;
/**
 * Microtasks between a frame and its acknowledgement: a listener that awaits the message and answers has done so by
 * then, and one frame carries both.
 */
export const ANSWER_MICROTASKS = 16;
/** Of those that are left once an answer is there: other listeners' answers to the same frame are about as far. */
export const MICROTASKS_AFTER_ANSWER = 2;

/** Info, name and type of a message as JSON: with them a START fits into the 64 KiB that every peer takes. */
export const MAX_META_BYTES = 48 * KIB;
/** RFC 8831 section 6.6: without interleaving, frames of 16 KiB while others wait. */
export const SHARED_FRAME_BYTES = 16 * KIB;
/** Control records are put into one frame up to here; what one of them adds, 8 KiB at most, fits into any frame. */
export const CONTROL_FRAME_BYTES = 4 * KIB;
/** Ranges of one ACK, 16 bytes each at most. */
export const MAX_ACK_RANGES = 512;
/** Characters of text that go straight into a frame: three bytes each fit into the smallest frame. */
export const MAX_INLINE_CHARS = 4 * KIB;
/**
 * Bytes that the channel may hold before more waits: on loopback 64 KiB are as fast as 8 MiB, and a ping is four times
 * quicker (packages/docs/facts.md). It begins with two frames, and follows what the link takes.
 */
export const MAX_HIGH_WATER_BYTES = 128 * KIB;
export const FIRST_HIGH_WATER_BYTES = 32 * KIB;
/** Of a frame in pieces, however slow the link. */
export const MIN_FRAME_BYTES = 1 * KIB;
/** Two frames of 1 KiB: at 5 kB/s a short message waits 0.4 s for them, for 64 KiB it were 13. */
export const MIN_HIGH_WATER_BYTES = 2 * KIB;
/** To send half of the high-water mark may take this long, in milliseconds; below the first it grows. */
export const QUICK_DRAIN_MS = 50;
export const SLOW_DRAIN_MS = 200;
/**
 * What may be on the way to one remote: at first, SCTP's own first window of 64 packets; at least, two frames of 1 KiB
 * each way; at most, what two windows may hold.
 */
export const FIRST_IN_FLIGHT_BYTES = 64 * KIB;
export const MIN_IN_FLIGHT_BYTES = 4 * KIB;
export const MAX_IN_FLIGHT_BYTES = 16 * MIB;
/**
 * What is in flight lasts for so many round trips without a queue, and these milliseconds: one of them fills the path, the
 * rest is the queue that a receiver or a network needs that is held up now and then, and what short messages wait behind.
 * With two and a machine that is busy, the bound was what made it slow.
 */
export const ROUND_TRIPS = 3;
export const QUEUE_MS = 30;
/**
 * A queue that is allowed however short the round trip: on a machine with seven busy processes a core, a round trip over
 * loopback took 100 ms, and whoever had less in flight than a bare channel with buffers of its own went slower.
 */
export const PATIENT_QUEUE_MS = 200;
export const PATIENT_BYTES = 1.5 * MIB;
/** Over this many milliseconds at least a rate is measured. Less than `QUEUE_MS`, or nothing could grow. */
export const MIN_SAMPLE_MS = 20;
/**
 * Measured round trips among which the fastest says how much the path takes: one that was held up is no slow path. What is
 * old counts no more where there are newer ones.
 */
export const MAX_RATE_SAMPLES = 8;
export const MIN_RATE_SAMPLES = 3;
export const RATE_AGE_MS = 1_500;
/** With so little of what may be in flight, nothing stands in a queue. */
export const CLEAN_SHARE = 0.25;
/** So old, the shortest round trip may be that of another path (BBR, section 4.3.4). */
export const ROUND_TRIP_AGE_MS = 10_000;
/** Bytes that a source reads ahead. */
export const READ_AHEAD_BYTES = 512 * KIB;
export const SLICE_BYTES = 256 * KIB;
/**
 * The receiver tells how far it is at least this often, in bytes and in time, so that a stall is told from a reader. A
 * sender that wants to know earlier asks for it.
 */
export const REPORT_BYTES = 256 * KIB;
export const REPORT_MS = 500;
/** A stream that is sent to several: how far the slowest may be behind the fastest. */
export const BROADCAST_WINDOW_BYTES = 16 * MIB;
/** Characters of a reason that crosses the wire. */
export const MAX_REASON_LENGTH = 200;
/** Bytes of a payload below which `send` takes a copy: the caller may reuse its buffer at once. */
export const SNAPSHOT_BYTES = 64 * KIB;
/** Small copies share blocks of this size: an ArrayBuffer of its own costs ten times as much as 100 bytes in it. */
export const COPY_BLOCK_BYTES = 32 * KIB;
export const SHARED_COPY_BYTES = 2 * KIB;

/**
 * Parts of `stallTimeoutMs` in which is looked for stalls: a look that is late by more than one of them tells of a machine
 * that was suspended or a process that was stopped, not of one that is busy.
 */
export const STALL_STEPS = 6;
