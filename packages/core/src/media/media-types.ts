export type MediaKind = "audio" | "video";

/** The part of `MediaStreamTrack` (W3C Media Capture and Streams, section 4.3) that peerhood needs; the DOM's fits. */
export interface MediaStreamTrackLike {
  readonly id: string;
  /** `"audio"` or `"video"`. */
  readonly kind: string;
  readonly readyState: "live" | "ended";
  enabled: boolean;
  stop(): void;
  addEventListener(type: "ended", listener: () => void): void;
  removeEventListener(type: "ended", listener: () => void): void;
}

/** The part of `MediaStream` (section 4.2) that peerhood needs; the DOM's fits. */
export interface MediaStreamLike {
  readonly id: string;
  getTracks(): MediaStreamTrackLike[];
  addTrack(track: MediaStreamTrackLike): void;
  removeTrack(track: MediaStreamTrackLike): void;
}

/** How one kind of tracks of a stream is sent; as the fields of `RTCRtpEncodingParameters` (WebRTC 1.0, section 5.2.8). */
export interface MediaParameters {
  /** Bits per second. */
  readonly maxBitrate?: number;
  /** Frames per second; video only. */
  readonly maxFramerate?: number;
  /** 2 halves width and height; at least 1; video only. */
  readonly scaleResolutionDownBy?: number;
  readonly priority?: "very-low" | "low" | "medium" | "high";
}
