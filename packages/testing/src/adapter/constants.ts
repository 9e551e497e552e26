/** Payload of one packet: what remains of Ethernet's 1,500 bytes after IP, UDP, DTLS and SCTP, in bytes. */
export const PACKET_BYTES = 1_200;
/** What those headers and the SCTP chunk add to each packet, in bytes. */
export const PACKET_OVERHEAD_BYTES = 93;
/** A STUN message with the attributes that ICE needs, in bytes. */
export const CHECK_BYTES = 100;
/** A flight of the DTLS or SCTP handshake, in bytes; certificates are the bulk of it. */
export const HANDSHAKE_BYTES = 700;
/** A DTLS alert, in bytes. */
export const ALERT_BYTES = 60;

/** Largest message in bytes unless told otherwise: what Chromium and node-datachannel announce. */
export const DEFAULT_MAX_MESSAGE_BYTES = 262_144;
/** What counts where the other side has not said (RFC 8841 section 6.1), in bytes. */
export const UNSAID_MAX_MESSAGE_BYTES = 65_536;
/** Chromium throws when more than this is queued on a channel, in bytes. */
export const MAX_QUEUED_BYTES = 16 * 1_048_576;
/** Unacknowledged bytes per connection: gives the 100 Mbit/s measured over a round trip of 40 ms. */
export const DEFAULT_SEND_WINDOW_BYTES = 524_288;
/** SCTP stream ids as usrsctp and Chromium have them: 0 to 1,023. */
export const MAX_CHANNEL_ID = 1_023;
/** W3C WebRTC 1.0 section 6.1: bytes of a label or protocol as UTF-8. */
export const MAX_LABEL_BYTES = 65_535;

/** A gathered candidate is told this much after the description, in milliseconds. */
export const GATHER_MS = 1;
/** Unanswered connectivity checks are repeated that often, in milliseconds (libwebrtc: 48). */
export const CHECK_INTERVAL_MS = 50;
/** A connected pair is checked that often, in milliseconds; finer than RFC 7675 has it, to notice silence exactly. */
export const CONSENT_INTERVAL_MS = 500;
/** Silence after which a connection is `disconnected`, in milliseconds (libwebrtc: about 5 s). */
export const DEFAULT_DISCONNECTED_AFTER_MS = 5_000;
/** Silence, or connecting in vain, after which it is `failed`, in milliseconds (RFC 7675 section 5.1: 30 s). */
export const DEFAULT_FAILED_AFTER_MS = 30_000;

/** First repetition of a lost handshake flight, in milliseconds, doubled each time (RFC 6347 section 4.2.4.1). */
export const HANDSHAKE_REPEAT_MS = 1_000;
export const HANDSHAKE_REPEAT_MAX_MS = 4_000;
/** Fast retransmission comes one round trip after the loss, but not sooner than this, in milliseconds. */
export const FAST_RETRANSMIT_MIN_MS = 10;
/** A packet lost again waits for the retransmission timer, in milliseconds, doubled each time (usrsctp's defaults). */
export const RETRANSMIT_MS = 200;
export const RETRANSMIT_MAX_MS = 3_000;
