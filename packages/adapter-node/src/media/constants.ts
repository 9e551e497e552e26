/** Largest RTP payload in bytes: 1,200 for the packet, as browsers have it, less 12 of header and 8 to spare. */
export const MAX_PAYLOAD_BYTES = 1_180;

/** Clock rates in hertz (RFC 7587 section 4.1; RFC 7741, 9628, 6184 and 7798, AV1 in RTP: all video). */
export const OPUS_CLOCK_RATE = 48_000;
export const VIDEO_CLOCK_RATE = 90_000;

/** Media sections of one description that are used; a remote that asks for more gets the rest refused. */
export const MAX_MEDIA_SECTIONS = 64;

/** How often reports are sent, in milliseconds. RFC 3550 section 6.2 has 5 s as the least; browsers send each second. */
export const REPORT_INTERVAL_MS = 1_000;

/** How often gaps are looked at while there are any. */
export const GAP_INTERVAL_MS = 20;

/** Packets that arrive in another order by less than this are not asked for again. */
export const REORDER_GUARD_MS = 10;

/** A lost packet is asked for again after the round trip, but not more often than this. */
export const NACK_INTERVAL_MS = 40;

/** Times that one packet is asked for. */
export const MAX_NACKS = 10;

/** A longer gap is not repaired but given up: 250 packets are a second of video at 2.5 Mbit/s. */
export const MAX_GAP_PACKETS = 250;

/** How long a gap may hold up what is behind it. Video goes on with a key frame then, audio without what is lost. */
export const VIDEO_PATIENCE_MS = 500;
export const AUDIO_PATIENCE_MS = 100;

/** Packets of one source that wait for a gap to be filled; a larger frame than that can not be received. */
export const MAX_WAITING_PACKETS = 2_048;

/** Key frames are asked for no more often than this: one costs ten times another frame. */
export const KEY_FRAME_INTERVAL_MS = 300;

/** A receiver that waits for a key frame asks again after this. */
export const KEY_FRAME_RETRY_MS = 1_000;

/**
 * Bits per second that a browser may send on one video section. Without any such word its estimate stays at 30 kbit/s;
 * this is as much as Chromium sends for a camera, and loss that is reported still brings it down.
 */
export const MAX_VIDEO_BITRATE = 2_500_000;

/** Sent packets that are kept for repair, per track; a power of two. Two seconds of video at 2.5 Mbit/s. */
export const HISTORY_PACKETS = 512;

/** The same packet is sent again no more often than this. */
export const RESEND_INTERVAL_MS = 20;

/** Seconds between 1900, where NTP begins, and 1970 (RFC 5905, section 6). */
export const NTP_EPOCH_OFFSET_S = 2_208_988_800;

/** Frames that wait for a slow reader of `frames()`, of a second or so; beyond, it gets the next from a key frame on. */
export const MAX_UNREAD_FRAMES = 60;

/** Of the header extension that names the section, in our own offers; browsers' own offers decide for themselves. */
export const MID_EXTENSION_ID = 4;

/** Sources that packets have named themselves for; one that sends more is broken or hostile. */
export const MAX_LEARNED_SOURCES = 256;
