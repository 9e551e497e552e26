import { randomInt } from "node:crypto";
import {
  PeerhoodError,
  type ConnectionMedia,
  type MediaDemand,
  type MediaKind,
  type MediaStreamTrackLike,
} from "@peerhood/core";
import { systemClock } from "@peerhood/core/internal";
import { MAX_MEDIA_SECTIONS } from "./constants.js";
import { NativeRtp, type NativeRtpParts } from "./native-rtp.js";
import { RtpSession } from "./rtp-session.js";
import { isMediaKind, isMediaSection, readSection, type RemoteSection } from "./sdp/media-description.js";
import { bundle, readNativeDescription, toNativeView, type NativeDescription } from "./sdp/native-view.js";
import { PayloadTypes } from "./sdp/payload-types.js";
import { attributeOf, splitDescription } from "./sdp/sections.js";
import { writeRejected, writeSection } from "./sdp/write-section.js";
import { Section } from "./section.js";
import { NodeMediaSender } from "./send/node-media-sender.js";

export interface NodeConnectionMediaParts extends Omit<NativeRtpParts, "onPacket"> {
  readonly onError: (error: PeerhoodError) => void;
}

/** A remote description, read: what libdatachannel is to see of it, and what is to be done once it has taken it. */
export interface RemoteMedia {
  readonly nativeSdp: string;
  apply(): void;
}

const KINDS: readonly MediaKind[] = ["audio", "video"];

/**
 * Media over one native track. The sections of the descriptions are written and read here; libdatachannel knows of one
 * that never changes.
 */
export class NodeConnectionMedia implements ConnectionMedia {
  readonly #onError: (error: PeerhoodError) => void;
  readonly #rtp: NativeRtp;
  readonly #session: RtpSession;
  readonly #payloadTypes = new PayloadTypes();
  readonly #senders: NodeMediaSender[] = [];
  /** In the order of the description; `undefined`: that of the data channels, or one that is refused. */
  #order = new Map<string, Section | Refused | undefined>();
  #reserved: MediaDemand = { audio: 0, video: 0 };

  constructor({ onError, ...parts }: NodeConnectionMediaParts) {
    this.#onError = onError;
    this.#rtp = new NativeRtp({ ...parts, onPacket: (packet) => this.#session.receive(packet) });
    this.#session = new RtpSession({
      logger: parts.logger,
      clock: systemClock,
      originMs: performance.timeOrigin,
      send: (packet) => this.#rtp.send(packet),
    });
  }

  get demand(): MediaDemand {
    const count = (kind: MediaKind): number => this.#senders.filter((sender) => sender.kind === kind).length;
    return { audio: count("audio"), video: count("video") };
  }

  get pending(): boolean {
    const isShort = (kind: MediaKind): boolean => this.#usable(kind).length < this.#reserved[kind];
    return this.#senders.some((sender) => sender.mid === undefined) || KINDS.some(isShort);
  }

  get incoming(): ReadonlyMap<string, MediaStreamTrackLike> {
    const receiving = this.#sections.filter(({ receives }) => receives);
    return new Map(receiving.map(({ mid, receiver }) => [mid, receiver.track]));
  }

  /** Bytes of RTP and RTCP, which libdatachannel does not count. */
  get bytes(): { readonly sent: number; readonly received: number } {
    return { sent: this.#rtp.bytesSent, received: this.#rtp.bytesReceived };
  }

  /** Incoming ones that were expected, and those of them that never came. */
  get packets(): { readonly known: number; readonly lost: number } {
    return this.#session.packets;
  }

  createSender(kind: MediaKind): NodeMediaSender {
    const sender = new NodeMediaSender(
      kind,
      { ssrc: randomInt(1, 2 ** 32 - 1), now: systemClock.now, send: (packet) => this.#rtp.send(packet) },
      this.#onError,
    );
    this.#senders.push(sender);
    this.#session.addSender(sender);
    return sender;
  }

  reserve(demand: MediaDemand): void {
    this.#reserved = demand;
  }

  /** Gives senders and reservations their sections. To be called before libdatachannel makes an offer. */
  prepareOffer(): void {
    for (const kind of KINDS) {
      const wanted = Math.max(this.#reserved[kind], this.demand[kind]);
      const count = Math.min(wanted, MAX_MEDIA_SECTIONS) - this.#usable(kind).length;
      for (let added = 0; added < count; added++) {
        const mid = this.#newMid(kind);
        this.#order.set(mid, new Section(mid, kind, this.#payloadTypes.offer(kind), this.#session));
      }
    }
    this.#bind(() => true);
    if (this.#sections.length > 0) this.#rtp.attach();
  }

  /** Our description, made of libdatachannel's. */
  describe(type: "offer" | "answer", nativeSdp: string): string {
    if (!this.#rtp.isAttached) return nativeSdp;
    const native = readNativeDescription(nativeSdp);
    const own = attributeOf(native.application, "mid") ?? "0";
    if (!this.#order.has(own)) this.#order = new Map([[own, undefined], ...this.#order]);
    const sections = [...this.#order].map(([mid, section]): [string, readonly string[]] => {
      if (!section) return [mid, native.application];
      return [mid, section instanceof Section ? this.#write(section, native, type) : section.lines];
    });
    return bundle(native.session, new Map(sections));
  }

  /** @throws PeerhoodError `INVALID_DESCRIPTION` */
  readRemote(type: "offer" | "answer", sdp: string): RemoteMedia {
    const { session, sections } = splitDescription(sdp);
    const media = sections.filter(isMediaSection);
    if (media.length === 0 && !this.#rtp.isAttached) return { nativeSdp: sdp, apply: () => {} };
    const remotes = sections.map((section) => readSection(section, session));
    if (new Set(remotes.map(({ mid }) => mid)).size < remotes.length) {
      throw new PeerhoodError("INVALID_DESCRIPTION", "The remote's session description has one mid twice.");
    }
    // Before the remote description is set: libdatachannel then answers with this track.
    const nativeSdp = toNativeView(sdp);
    this.#rtp.attach();
    return {
      nativeSdp,
      apply: () => {
        if (type === "offer") this.#takeOffer(remotes, sections);
        else this.#takeAnswer(remotes);
        this.#session.setSections(this.#sections);
      },
    };
  }

  close(): void {
    this.#session.close();
    this.#rtp.close();
  }

  get #sections(): Section[] {
    return [...this.#order.values()].filter((section) => section instanceof Section);
  }

  #usable(kind: MediaKind): Section[] {
    return this.#sections.filter((section) => section.kind === kind && !section.rejected);
  }

  #takeOffer(remotes: readonly RemoteSection[], lines: readonly (readonly string[])[]): void {
    const order = new Map<string, Section | Refused | undefined>();
    let used = 0;
    for (const [index, remote] of remotes.entries()) {
      const { mid, kind, rejected, formats } = remote;
      this.#payloadTypes.learn(formats);
      if (kind === "application") order.set(mid, undefined);
      else if (isMediaKind(kind) && !rejected && formats.length > 0 && used < MAX_MEDIA_SECTIONS) {
        used++;
        const known = this.#order.get(mid);
        const section =
          known instanceof Section && known.kind === kind ? known : new Section(mid, kind, formats, this.#session);
        order.set(mid, section);
        section.agree(remote, false);
      } else order.set(mid, refused(lines[index] ?? [], mid));
    }
    this.#order = order;
    this.#bind(({ remoteTakes }) => remoteTakes);
  }

  #takeAnswer(remotes: readonly RemoteSection[]): void {
    for (const section of this.#sections) {
      const remote = remotes.find(({ mid }) => mid === section.mid);
      if (remote && !remote.rejected && remote.formats.length > 0) section.agree(remote, true);
      else if (!section.rejected) this.#onRejected(section);
    }
  }

  #onRejected(section: Section): void {
    section.reject();
    this.#onError(
      new PeerhoodError(
        "MEDIA_UNSUPPORTED",
        `The remote refused to exchange ${section.kind}: it has no codec in common. Update the older of the two.`,
      ),
    );
  }

  #bind(fits: (section: Section) => boolean): void {
    for (const sender of this.#senders) {
      if (sender.mid !== undefined) continue;
      const section = this.#usable(sender.kind).find((one) => !one.sender && fits(one));
      section?.bind(sender);
      section?.startSending();
    }
  }

  #write(section: Section, { transport }: NativeDescription, type: "offer" | "answer"): readonly string[] {
    const { mid, kind, sender, formats, rejected, midExtension } = section;
    if (rejected) return writeRejected(kind, "UDP/TLS/RTP/SAVPF 0", mid);
    return writeSection({
      mid,
      kind,
      formats,
      sends: sender !== undefined && (type === "offer" || section.remoteTakes),
      receives: type === "offer" || section.receives,
      ssrc: sender?.ssrc ?? 0,
      cname: this.#session.cname,
      midExtension,
      transport,
    });
  }

  #newMid(kind: MediaKind): string {
    let number = this.#order.size;
    while (this.#order.has(`${kind[0]}${number}`)) number++;
    return `${kind[0]}${number}`;
  }
}

/** A section of the remote's that is of no use here. */
interface Refused {
  readonly lines: readonly string[];
}

function refused(lines: readonly string[], mid: string): Refused {
  const [kind = "", , ...rest] = (lines[0] ?? "").slice(2).split(" ");
  return { lines: writeRejected(kind, rest.join(" "), mid) };
}
