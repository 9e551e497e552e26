import type { Codec } from "../codecs/codec.js";
import { AUDIO_PATIENCE_MS, MAX_WAITING_PACKETS, VIDEO_PATIENCE_MS } from "../constants.js";

export interface WaitingPacket {
  /** Does not wrap. */
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payloadType: number;
  readonly payload: Uint8Array;
  readonly codec: Codec;
}

export interface JitterBufferHandlers {
  /** The packets of a complete frame, in order. */
  frame(packets: readonly WaitingPacket[]): void;
  /** Frames were given up; nothing more comes before a key frame. */
  keyFrameNeeded(): void;
}

/** Orders packets and gives complete frames, each as soon as all before it are given. Bounded in packets and in time. */
export class JitterBuffer {
  readonly #handlers: JitterBufferHandlers;
  readonly #packets = new Map<number, WaitingPacket>();
  /** The first packet of the next frame; `undefined`: whichever begins a key frame. */
  #next: number | undefined;
  /** Packets from `#next` up to this one are here. */
  #cursor = 0;
  #newest = 0;
  #gapSinceMs: number | undefined;

  constructor(handlers: JitterBufferHandlers) {
    this.#handlers = handlers;
  }

  /** Packets before this one are of no use any more; `undefined` while a key frame is awaited. */
  get next(): number | undefined {
    return this.#next;
  }

  push(packet: WaitingPacket, nowMs: number): void {
    const { sequence } = packet;
    if (this.#next !== undefined && sequence < this.#next) return;
    if (this.#packets.has(sequence)) return;
    if (this.#packets.size >= MAX_WAITING_PACKETS) this.#giveUp();
    this.#packets.set(sequence, packet);
    this.#newest = Math.max(this.#newest, sequence);
    if (this.#next === undefined) this.#begin(packet);
    if (this.#next !== undefined && sequence === this.#cursor) this.#advance();
    this.#watchGap(nowMs);
  }

  /** To be called now and then while `waits`. */
  tick(nowMs: number): void {
    if (this.#gapSinceMs === undefined || this.#next === undefined) return;
    const isAudio = this.#packets.values().next().value?.codec.kind === "audio";
    if (nowMs - this.#gapSinceMs < (isAudio ? AUDIO_PATIENCE_MS : VIDEO_PATIENCE_MS)) return;
    this.#gapSinceMs = undefined;
    if (isAudio) this.#skipGap();
    else this.#giveUp();
    this.#watchGap(nowMs);
  }

  /** Whether something is held up by a gap. */
  get waits(): boolean {
    return this.#gapSinceMs !== undefined;
  }

  #begin(packet: WaitingPacket): void {
    const { codec, payload, sequence } = packet;
    if (codec.kind === "video" && !(codec.beginsFrame(payload) && codec.beginsKeyFrame(payload))) return;
    this.#next = this.#cursor = sequence;
    for (const old of this.#packets.keys()) if (old < sequence) this.#packets.delete(old);
  }

  /** Gives the frames that are complete. */
  #advance(): void {
    let first = this.#next ?? 0;
    for (let packet = this.#packets.get(this.#cursor); packet; packet = this.#packets.get(this.#cursor)) {
      const previous = this.#cursor > first ? this.#packets.get(this.#cursor - 1) : undefined;
      // A sender that sets no marker: the next timestamp ends the frame.
      if (previous && previous.timestamp !== packet.timestamp) this.#give(first, (first = this.#cursor));
      this.#cursor++;
      if (packet.marker || packet.codec.kind === "audio") this.#give(first, (first = this.#cursor));
    }
    this.#next = first;
  }

  #give(first: number, end: number): void {
    const packets: WaitingPacket[] = [];
    for (let sequence = first; sequence < end; sequence++) {
      const packet = this.#packets.get(sequence);
      this.#packets.delete(sequence);
      // Padding has no payload.
      if (packet && packet.payload.byteLength > 0) packets.push(packet);
    }
    this.#next = end;
    if (packets.length > 0) this.#handlers.frame(packets);
  }

  /** Audio goes on behind the gap. */
  #skipGap(): void {
    this.#next = this.#cursor = Math.min(...this.#packets.keys());
    this.#advance();
  }

  /** Video goes on with the next key frame, which may be here already. */
  #giveUp(): void {
    const gap = this.#cursor;
    for (const sequence of this.#packets.keys()) if (sequence < gap) this.#packets.delete(sequence);
    this.#next = undefined;
    this.#gapSinceMs = undefined;
    const behind = [...this.#packets.values()].sort((a, b) => a.sequence - b.sequence);
    for (const packet of behind) {
      if (this.#next === undefined) this.#begin(packet);
    }
    if (this.#next === undefined) {
      this.#packets.clear();
      this.#handlers.keyFrameNeeded();
    } else this.#advance();
  }

  #watchGap(nowMs: number): void {
    const hasGap = this.#next !== undefined && this.#newest > this.#cursor;
    this.#gapSinceMs = hasGap ? (this.#gapSinceMs ?? nowMs) : undefined;
  }
}
