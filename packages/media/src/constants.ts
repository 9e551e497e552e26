/** Hertz at which Opus counts time, whatever it was made from (RFC 7587, section 4.1). */
export const OPUS_RATE = 48_000;

/** Hertz of video's RTP timestamps (RFC 7741, 9628 and 6184). */
export const VIDEO_RATE = 90_000;

/** Milliseconds of sound in one packet: what browsers send, and the longest that Opus codes best. */
export const PACKET_MS = 20;

/** Samples of one channel in such a packet. */
export const PACKET_SAMPLES = (OPUS_RATE * PACKET_MS) / 1_000;

/** Rates of PCM in hertz, from telephones to studios. */
export const MIN_SAMPLE_RATE = 4_000;
export const MAX_SAMPLE_RATE = 192_000;

/** Sound that is written ahead, in milliseconds, before a writer has to wait. */
export const DEFAULT_AHEAD_MS = 200;

/** Lost sound up to this is concealed, so that what is read keeps the pace; what is longer was a pause. */
export const MAX_CONCEALED_MS = 400;

/** Zero crossings on each side of the resampler's filter: 16 keep aliases below -80 dB with the window that is used. */
export const RESAMPLER_CROSSINGS = 16;

/** Filters that are computed for one pair of rates; a ratio that needs more is rounded to the nearest of them (-65 dB). */
export const MAX_RESAMPLER_PHASES = 4_096;

/** Packets of a file that are looked at for B-frames before it is played: 30 s or so. */
export const MAX_CHECKED_PACKETS = 1_000;

/**
 * Timestamps of a file that are off by less than this are roundings of its container: Matroska counts milliseconds, and
 * sound that trembles by one clicks in browsers.
 */
export const MAX_ROUNDING_MS = 10;

/** A player that was held up for longer than this between two rounds of its file does not make up for it. */
export const MAX_LATE_MS = 500;

/** How far a recorded track may be off what its capture times say, in milliseconds; beyond, sound and lips come apart (ITU-R BT.1359: 45). */
export const MAX_DRIFT_MS = 40;

/** How long a recording waits for the first frame of each track, in milliseconds; tracks that are silent until then are left out. */
export const DEFAULT_START_MS = 3_000;

/** A recording asks for a key frame this often, in milliseconds: a player can go to no other place in a file. */
export const KEY_FRAME_EACH_MS = 10_000;

/** Frames of a track that wait for the disk, or for other tracks to begin: 20 s of sound. Beyond, they are left out. */
export const MAX_HELD_FRAMES = 1_000;
