export { AudioSink, type AudioSinkOptions, type PcmChunk } from "./audio-sink.js";
export { AudioSource, type AudioSourceOptions } from "./audio-source.js";
export type { Pcm } from "./pcm/samples.js";
export type { FilePlayer } from "./play/file-player.js";
export { playFile, type PlayFileOptions } from "./play/play-file.js";
export { record, type RecordOptions } from "./record/record.js";
export type { Recording, RecordingSummary } from "./record/recording.js";
