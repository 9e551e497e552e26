/** Largest message in bytes in either direction: libdatachannel's own limit; a larger one would be cut in silence. */
export const MAX_MESSAGE_BYTES = 262_144;

/** What every implementation takes before it has said more (RFC 8841, section 6.1). */
export const DEFAULT_MESSAGE_BYTES = 65_536;

/** On loopback 64 KiB moves 106 MB/s and 256 KiB 108, but there is no interleaving: larger frames delay all others. */
export const BULK_FRAME_BYTES = 65_536;

/** libdatachannel has 1,024 SCTP streams per connection. */
export const MAX_CHANNEL_ID = 1_023;

/** Labels and protocols are at most this many bytes in UTF-8 (W3C WebRTC 1.0, section 6.1). */
export const MAX_LABEL_BYTES = 65_535;

/** `maxPacketLifeTime` and `maxRetransmits` are unsigned shorts (W3C WebRTC 1.0, section 6.2). */
export const MAX_UNSIGNED_SHORT = 65_535;

/** libdatachannel takes the threshold as an unsigned integer of 32 bits. */
export const MAX_UNSIGNED_LONG = 4_294_967_295;

/**
 * SCTP buffers in bytes. With a round trip of 40 ms the defaults of 1 MiB move 100 Mbit/s, these (with the window
 * below) 595, and they cost nothing on loopback. The send buffer is the key.
 */
export const SCTP_BUFFER_BYTES = 4_194_304;

/** Packets that may leave before the first acknowledgement; see {@link SCTP_BUFFER_BYTES}. Default of usrsctp: 10. */
export const SCTP_INITIAL_WINDOW_PACKETS = 64;

/** IPv4's smallest reassembly buffer (RFC 791) and Ethernet's largest payload: 9,000 stalls everything in silence. */
export const MIN_MTU_BYTES = 576;
export const MAX_MTU_BYTES = 1_500;

/**
 * How long the answering side keeps its candidates after its answer. The offering side's DTLS hello must not come
 * before this side's ICE is ready: OpenSSL repeats a lost one only after a second. Over a bus without delay and with
 * twice as many busy threads as cores, 10 of 450 connections were slow with 2 ms, 1 with 6, none with 15. It costs
 * nothing: the offering side learns this side's addresses from its checks.
 */
export const ANSWER_HEAD_START_MS = 10;

/** libjuice uses no more TURN and STUN servers than these, and takes the first ones. */
export const MAX_TURN_SERVERS = 2;
export const MAX_STUN_SERVERS = 1;

/** RFC 7064 and RFC 7065, section 3.2: the port when the URL names none. */
export const DEFAULT_STUN_PORT = 3_478;

/**
 * Remote candidates that are host names, per connection. Each costs a thread of its own while the operating system
 * looks it up: 300 of them were 300 threads for half a minute. Browsers send one per network interface.
 */
export const MAX_NAMED_CANDIDATES = 16;

/** How long `close()` waits for libdatachannel to close a connection. It takes 2 ms, and much more on a busy machine. */
export const CLOSE_PATIENCE_MS = 5_000;

/** How long, after that, for channels to tell the same. What has not by then never will: libdatachannel lost the event. */
export const CHANNEL_PATIENCE_MS = 1_000;

/** How long, after that, for the UDP port of a limited range to be free. It takes a millisecond. */
export const PORT_PATIENCE_MS = 1_000;

/**
 * How long the answer to a channel's closing may take to arrive, beside two round trips. Channels that took the id
 * over at once failed within 4 of them on loopback, after 5 ms none of 450 did.
 */
export const CHANNEL_GOODBYE_MS = 10;

/**
 * How often this machine's addresses are looked at, while in a room. Looking takes some 100 microseconds, so 0.04 % of a
 * core; half of it is part of every resumption after a change of address.
 */
export const NETWORK_POLL_MS = 250;

/** How long servers have to give a candidate before they are asked what is wrong; one abroad takes a few hundred. */
export const GATHERING_PATIENCE_MS = 1_500;

/** When a question to a STUN or TURN server is sent, and how long its answer is waited for (RFC 8489, section 6.2.1). */
export const STUN_REPEAT_AT_MS = [0, 500, 1_500] as const;
export const SERVER_CHECK_MS = 3_000;
