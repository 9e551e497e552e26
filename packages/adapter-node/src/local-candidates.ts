import type { IceCandidate } from "@peerhood/core";
import type { PeerConnection } from "node-datachannel";
import { ANSWER_HEAD_START_MS } from "./constants.js";
import { candidatesOf } from "./sdp.js";

/** Hands on what ICE gathers, once each, in order, with the end last, and after an answer's head start. */
export class LocalCandidates {
  readonly #tell: (candidate: IceCandidate | null) => void;
  readonly #told = new Set<string>();
  #held: (IceCandidate | null)[] | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #mid = "0";

  constructor(tell: (candidate: IceCandidate | null) => void) {
    this.#tell = tell;
  }

  /** Takes a candidate as node-datachannel tells it. */
  add(line: string, mid: string): void {
    const candidate = line.replace(/^a=/, "");
    if (this.#told.has(candidate)) return;
    this.#told.add(candidate);
    this.#mid = mid;
    this.#hand({ candidate, sdpMid: mid, sdpMLineIndex: null });
  }

  /** Gathering is complete. Each callback has a queue of its own, so the last candidates may not be here yet. */
  end(native: PeerConnection): void {
    for (const candidate of candidatesOf(native.localDescription()?.sdp ?? "")) this.add(candidate, this.#mid);
    this.#hand(null);
  }

  /** Keeps what comes until an answer that is returned in this moment has had its head start. */
  giveHeadStart(): void {
    this.#held ??= [];
    this.#timer ??= setTimeout(() => {
      const held = this.#held ?? [];
      this.#held = undefined;
      for (const candidate of held) this.#tell(candidate);
    }, ANSWER_HEAD_START_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#held = undefined;
  }

  #hand(candidate: IceCandidate | null): void {
    if (this.#held) this.#held.push(candidate);
    else this.#tell(candidate);
  }
}
