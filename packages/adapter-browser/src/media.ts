import type { ConnectionMedia, MediaDemand, MediaKind, MediaStreamTrackLike } from "@peerhood/core";
import { BrowserSender } from "./sender.js";

/** Media of one `RTCPeerConnection`. Each of its sections is a transceiver (W3C WebRTC 1.0, section 5.4). */
export class BrowserMedia implements ConnectionMedia {
  readonly #native: RTCPeerConnection;
  readonly #senders: BrowserSender[] = [];
  readonly #onError: (error: unknown) => void;
  #reserved: MediaDemand = { audio: 0, video: 0 };

  constructor(native: RTCPeerConnection, onError: (error: unknown) => void) {
    this.#native = native;
    this.#onError = onError;
  }

  get demand(): MediaDemand {
    const count = (kind: MediaKind): number => this.#senders.filter((sender) => sender.kind === kind).length;
    return { audio: count("audio"), video: count("video") };
  }

  get pending(): boolean {
    const short = (kind: MediaKind): boolean => this.#sections(kind).length < this.#reserved[kind];
    return this.#senders.some(({ described }) => !described) || short("audio") || short("video");
  }

  get incoming(): ReadonlyMap<string, MediaStreamTrackLike> {
    const tracks = new Map<string, MediaStreamTrackLike>();
    for (const { mid, currentDirection, receiver } of this.#native.getTransceivers()) {
      if (mid !== null && (currentDirection === "sendrecv" || currentDirection === "recvonly")) {
        tracks.set(mid, receiver.track);
      }
    }
    return tracks;
  }

  createSender(kind: MediaKind): BrowserSender {
    const sender = new BrowserSender(kind);
    this.#senders.push(sender);
    return sender;
  }

  reserve(demand: MediaDemand): void {
    this.#reserved = demand;
  }

  /** Before an offer: every sender gets a section, and so does what the other side wants to send. */
  async prepareOffer(): Promise<void> {
    await this.#place();
    for (const sender of this.#senders) {
      if (sender.placed) continue;
      const section = this.#native.addTransceiver(sender.kind, { direction: "sendrecv" });
      await sender.place(section).catch(this.#onError);
    }
    for (const kind of ["audio", "video"] as const) {
      while (this.#sections(kind).length < this.#reserved[kind]) {
        this.#native.addTransceiver(kind, { direction: "recvonly" });
      }
    }
  }

  /** Before an answer, with the offer set: senders get the sections that are free. */
  prepareAnswer(): Promise<void> {
    return this.#place();
  }

  /** This side's description is set. */
  async described(): Promise<void> {
    await Promise.all(this.#senders.map((sender) => sender.onDescribed().catch(this.#onError)));
  }

  /** The offer was taken back, and with it the sections that it had brought. */
  rolledBack(): void {
    for (const sender of this.#senders) if (!sender.described) sender.displace();
  }

  async #place(): Promise<void> {
    for (const sender of this.#senders) {
      if (sender.placed) continue;
      const free = this.#sections(sender.kind).find((section) => !this.#senders.some((one) => one.uses(section)));
      if (free !== undefined) await sender.place(free).catch(this.#onError);
    }
  }

  #sections(kind: MediaKind): RTCRtpTransceiver[] {
    // What a remote has stopped stays in the list until the next description, and carries nothing more.
    return this.#native
      .getTransceivers()
      .filter(({ receiver, direction }) => receiver.track.kind === kind && direction !== "stopped");
  }
}
