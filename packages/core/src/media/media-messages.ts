import { PeerhoodError } from "../errors.js";
import { MAX_LABEL_BYTES, MAX_SECTIONS, MAX_STREAMS, MAX_TRACKS } from "./constants.js";
import type { MediaDemand } from "./connection-media.js";

/** All that the sender shares: labels, each with the mids of its tracks. `n` rises; an older one is dropped. */
export interface MediaState {
  readonly n: number;
  readonly streams: readonly SharedLabel[];
}

export interface SharedLabel {
  readonly label: string;
  readonly mids: readonly string[];
}

/** Said over the control channel. */
export interface MediaMessage {
  /** What the sender shares from now on, where no description was needed. */
  readonly media?: MediaState;
  /** The sender shows what the receiver told under this number. */
  readonly shown?: number;
}

/** @throws PeerhoodError `PROTOCOL_ERROR` */
export function checkMediaState(value: unknown): MediaState {
  const { n, streams } = (value ?? {}) as Partial<MediaState>;
  if (!Number.isSafeInteger(n) || !Array.isArray(streams) || streams.length > MAX_STREAMS)
    violate("no list of streams");
  const labels = new Set<string>();
  for (const stream of streams as Partial<SharedLabel>[]) {
    const { label, mids } = stream ?? {};
    if (!isLabel(label) || labels.has(label)) violate("a stream without a label of its own");
    if (!Array.isArray(mids) || mids.length > MAX_TRACKS || !mids.every(isMid)) violate("a stream without tracks");
    labels.add(label);
  }
  return value as MediaState;
}

/** @throws PeerhoodError `PROTOCOL_ERROR` */
export function checkDemand(value: unknown): MediaDemand {
  const { audio, video } = (value ?? {}) as Partial<MediaDemand>;
  const isCount = (count: unknown): boolean =>
    Number.isInteger(count) && (count as number) >= 0 && (count as number) <= MAX_SECTIONS;
  if (!isCount(audio) || !isCount(video)) violate("an impossible number of media sections");
  return value as MediaDemand;
}

/** @throws PeerhoodError `PROTOCOL_ERROR` */
export function checkShown(value: unknown): number {
  if (!Number.isSafeInteger(value)) violate("what it shows has no number");
  return value as number;
}

export function isLabel(label: unknown): label is string {
  return typeof label === "string" && label !== "" && new TextEncoder().encode(label).length <= MAX_LABEL_BYTES;
}

function isMid(mid: unknown): boolean {
  return typeof mid === "string" && mid.length <= 64;
}

function violate(what: string): never {
  throw new PeerhoodError("PROTOCOL_ERROR", `The remote broke the protocol of media: ${what}.`);
}
