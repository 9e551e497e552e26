export { createNodeAdapter, nodeAdapter } from "./adapter.js";
export type { NodeConnection } from "./connection.js";
export type { NodeDataChannel } from "./data-channel.js";
export type { EncodedFrame, EncodedFrameMetadata, FrameInit } from "./media/track/encoded-frame.js";
export type { MediaEvent } from "./media/track/media-events.js";
export { NodeMediaStream, type StreamEventType } from "./media/track/node-media-stream.js";
export { NodeMediaStreamTrack, type TrackEventType, type TrackInit } from "./media/track/node-media-stream-track.js";
export type { NodeAdapterOptions, SctpOptions } from "./options.js";
