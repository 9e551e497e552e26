/** As `RTCEncodedVideoFrameMetadata` (WebRTC Encoded Transform, section 4); what is not known is absent. */
export interface EncodedFrameMetadata {
  readonly mimeType: string;
  /** Units of the codec's clock rate: 48,000 a second for Opus, 90,000 for video. */
  readonly rtpTimestamp: number;
  readonly payloadType?: number;
  readonly synchronizationSource?: number;
  /** Of the first packet. */
  readonly sequenceNumber?: number;
  /** When it was complete; milliseconds of `performance.now()`. */
  readonly receiveTime?: number;
  /** When it was captured, on this machine's clock: tracks of one remote are in step by it. `performance.now()`. */
  readonly captureTime?: number;
}

/**
 * As `RTCEncodedAudioFrame` and `RTCEncodedVideoFrame`. It is given to all readers of a track: its bytes are not to be
 * changed. H264 and H265 are in Annex B form; AV1 is a temporal unit of which each OBU has its size, without delimiter.
 */
export interface EncodedFrame {
  /** Of audio always `"key"`. */
  readonly type: "key" | "delta";
  readonly timestamp: number;
  readonly data: ArrayBuffer;
  getMetadata(): EncodedFrameMetadata;
}

/** A frame that a source writes. */
export interface FrameInit {
  readonly data: ArrayBuffer | ArrayBufferView;
  /** Units of the codec's clock rate, modulo 2^32; any beginning. */
  readonly timestamp: number;
  /** @default read from the data */
  readonly type?: "key" | "delta";
  /** Milliseconds of `performance.now()`. What was captured together is played together. @default when it is written */
  readonly captureTime?: number;
}

export function createFrame(
  data: Uint8Array<ArrayBuffer>,
  type: EncodedFrame["type"],
  metadata: EncodedFrameMetadata,
): EncodedFrame {
  const { buffer, byteOffset, byteLength } = data;
  const isWhole = byteLength === buffer.byteLength;
  return {
    type,
    timestamp: metadata.rtpTimestamp,
    data: isWhole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength),
    getMetadata: () => metadata,
  };
}
