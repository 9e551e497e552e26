/** A packet as RFC 3550 section 5.1 has it; `payload` is a view, without padding. */
export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly extensions: Uint8Array | undefined;
  /** 0xBEDE for one-byte headers, 0x1000 to 0x100f for two-byte headers (RFC 8285). */
  readonly extensionProfile: number;
  readonly payload: Uint8Array;
}

const FIXED_HEADER_BYTES = 12;
const ONE_BYTE_HEADERS = 0xbede;

/** `undefined` for what is no RTP packet. */
export function readRtp(bytes: Uint8Array): RtpPacket | undefined {
  if (bytes.byteLength < FIXED_HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = view.getUint8(0);
  if (first >> 6 !== 2) return undefined;
  let offset = FIXED_HEADER_BYTES + 4 * (first & 0x0f);
  let extensions: Uint8Array | undefined;
  let extensionProfile = 0;
  if (first & 0x10) {
    if (offset + 4 > bytes.byteLength) return undefined;
    extensionProfile = view.getUint16(offset);
    const length = 4 * view.getUint16(offset + 2);
    extensions = bytes.subarray(offset + 4, offset + 4 + length);
    offset += 4 + length;
  }
  const padding = first & 0x20 ? view.getUint8(bytes.byteLength - 1) : 0;
  if (offset + padding > bytes.byteLength) return undefined;
  const second = view.getUint8(1);
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequenceNumber: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    extensions,
    extensionProfile,
    payload: bytes.subarray(offset, bytes.byteLength - padding),
  };
}

/** The header extension with that id, as text (RFC 8285 section 4; RFC 8852 for what has text). */
export function readExtension(packet: RtpPacket, id: number): string | undefined {
  const { extensions, extensionProfile } = packet;
  if (!extensions) return undefined;
  const isOneByte = extensionProfile === ONE_BYTE_HEADERS;
  if (!isOneByte && extensionProfile >> 4 !== 0x100) return undefined;
  let offset = 0;
  while (offset < extensions.byteLength) {
    const first = extensions[offset++] ?? 0;
    // A zero is padding.
    if (first === 0) continue;
    const found = isOneByte ? first >> 4 : first;
    const length = isOneByte ? (first & 0x0f) + 1 : (extensions[offset++] ?? 0);
    if (isOneByte && found === 15) return undefined;
    if (found === id) return Buffer.from(extensions.subarray(offset, offset + length)).toString("latin1");
    offset += length;
  }
  return undefined;
}

export interface RtpHeader {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly ssrc: number;
}

/** Packets of these payloads, in one piece of memory, whose headers are yet to be written. */
export function packetsOf(payloads: readonly Uint8Array[]): Buffer[] {
  const bytes = payloads.reduce((sum, { byteLength }) => sum + FIXED_HEADER_BYTES + byteLength, 0);
  const all = Buffer.allocUnsafeSlow(bytes);
  let offset = 0;
  return payloads.map((payload) => {
    const begin = offset;
    offset += FIXED_HEADER_BYTES;
    all.set(payload, offset);
    offset += payload.byteLength;
    return all.subarray(begin, offset);
  });
}

export function payloadBytes(packet: Buffer): number {
  return packet.byteLength - FIXED_HEADER_BYTES;
}

/** A header without sources, extensions or padding, over the one that is there. */
export function writeHeader(packet: Buffer, header: RtpHeader): void {
  const { payloadType, marker, sequenceNumber, timestamp, ssrc } = header;
  packet[0] = 0x80;
  packet[1] = marker ? 0x80 | payloadType : payloadType;
  packet[2] = sequenceNumber >> 8;
  packet[3] = sequenceNumber;
  packet[4] = timestamp >>> 24;
  packet[5] = timestamp >>> 16;
  packet[6] = timestamp >>> 8;
  packet[7] = timestamp;
  packet[8] = ssrc >>> 24;
  packet[9] = ssrc >>> 16;
  packet[10] = ssrc >>> 8;
  packet[11] = ssrc;
}

/** RFC 5761 section 4: RTP and RTCP on one port are told apart by the second byte. */
export function isRtcp(bytes: Uint8Array): boolean {
  const second = bytes[1] ?? 0;
  return second >= 192 && second <= 223;
}
