/** What is understood of RTCP; the rest is skipped. */
export type RtcpMessage =
  | {
      readonly type: "sender-report";
      readonly ssrc: number;
      readonly ntpMs: number;
      readonly ntpMiddle: number;
      readonly timestamp: number;
    }
  | {
      readonly type: "report-block";
      readonly ssrc: number;
      readonly fractionLost: number;
      readonly lastReport: number;
      readonly delaySinceLastReport: number;
    }
  | { readonly type: "nack"; readonly ssrc: number; readonly sequenceNumbers: readonly number[] }
  | { readonly type: "key-frame-request"; readonly ssrc: number }
  | { readonly type: "bye"; readonly ssrc: number };

// RFC 3550 section 12.1, RFC 4585 section 6.1.
const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const GOODBYE = 203;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;

const GENERIC_NACK = 1;
const PICTURE_LOSS = 1;
const FULL_INTRA_REQUEST = 4;

/** The messages of a compound packet, up to the first that is broken. */
export function readRtcp(bytes: Uint8Array): RtcpMessage[] {
  const messages: RtcpMessage[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  while (offset + 4 <= bytes.byteLength) {
    const first = view.getUint8(offset);
    const end = offset + 4 + 4 * view.getUint16(offset + 2);
    if (first >> 6 !== 2 || end > bytes.byteLength) break;
    const part = new DataView(bytes.buffer, bytes.byteOffset + offset, end - offset);
    readPart(messages, first & 0x1f, view.getUint8(offset + 1), part);
    offset = end;
  }
  return messages;
}

/** `count` is that of reports or sources, or the format of feedback. */
function readPart(messages: RtcpMessage[], count: number, type: number, part: DataView): void {
  if (type === SENDER_REPORT && part.byteLength >= 28) {
    messages.push({
      type: "sender-report",
      ssrc: part.getUint32(4),
      ntpMs: part.getUint32(8) * 1_000 + (part.getUint32(12) * 1_000) / 2 ** 32,
      ntpMiddle: part.getUint32(10),
      timestamp: part.getUint32(16),
    });
    readBlocks(messages, count, part, 28);
  } else if (type === RECEIVER_REPORT) {
    readBlocks(messages, count, part, 8);
  } else if (type === GOODBYE) {
    for (let index = 0; index < count && 8 + 4 * index <= part.byteLength; index++) {
      messages.push({ type: "bye", ssrc: part.getUint32(4 + 4 * index) });
    }
  } else if (type === TRANSPORT_FEEDBACK && count === GENERIC_NACK && part.byteLength >= 16) {
    messages.push({ type: "nack", ssrc: part.getUint32(8), sequenceNumbers: readNack(part) });
  } else if (type === PAYLOAD_FEEDBACK && count === PICTURE_LOSS && part.byteLength >= 12) {
    messages.push({ type: "key-frame-request", ssrc: part.getUint32(8) });
  } else if (type === PAYLOAD_FEEDBACK && count === FULL_INTRA_REQUEST) {
    // RFC 5104 section 4.3.1: the sources are in the entries, of eight bytes each.
    for (let offset = 12; offset + 8 <= part.byteLength; offset += 8) {
      messages.push({ type: "key-frame-request", ssrc: part.getUint32(offset) });
    }
  }
}

function readBlocks(messages: RtcpMessage[], count: number, part: DataView, begin: number): void {
  for (let index = 0; index < count; index++) {
    const offset = begin + 24 * index;
    if (offset + 24 > part.byteLength) return;
    messages.push({
      type: "report-block",
      ssrc: part.getUint32(offset),
      fractionLost: part.getUint8(offset + 4) / 256,
      lastReport: part.getUint32(offset + 16),
      delaySinceLastReport: part.getUint32(offset + 20),
    });
  }
}

/** RFC 4585 section 6.2.1: a sequence number, and a bit for each of the 16 behind it. */
function readNack(part: DataView): number[] {
  const numbers: number[] = [];
  for (let offset = 12; offset + 4 <= part.byteLength; offset += 4) {
    const first = part.getUint16(offset);
    const further = part.getUint16(offset + 2);
    numbers.push(first);
    for (let bit = 0; bit < 16; bit++) if (further & (1 << bit)) numbers.push((first + bit + 1) & 0xffff);
  }
  return numbers;
}
