/** SCTP stream ids that an adapter gives out, as `ChannelInit.id` says. */
export const MAX_CHANNEL_ID = 1_023;

/** What every implementation takes before it has said more (RFC 8841, section 6.1). */
export const DEFAULT_MESSAGE_BYTES = 65_536;

/** Chromium and libdatachannel take this much. Firefox says 1,073,741,823 and would hold a frame of that size whole. */
export const MAX_MESSAGE_BYTES = 262_144;

/** 16 and 64 KiB are equally fast in Chromium, 64 is a tenth faster in Firefox; 256 KiB halves Chromium's rate. */
export const BULK_FRAME_BYTES = 65_536;
