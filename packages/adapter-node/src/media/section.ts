import type { MediaKind } from "@peerhood/core";
import type { Codec } from "./codecs/codec.js";
import { RtpReceiver, type ReceiverHost } from "./receive/rtp-receiver.js";
import type { Format, RemoteSection } from "./sdp/media-description.js";
import { MID_EXTENSION_ID } from "./constants.js";
import type { NodeMediaSender } from "./send/node-media-sender.js";

/** One media section, for as long as the connection lives. */
export class Section {
  readonly mid: string;
  readonly kind: MediaKind;
  readonly receiver: RtpReceiver;
  sender: NodeMediaSender | undefined;
  /** Under which numbers we receive. */
  formats: readonly Format[];
  midExtension: number | undefined = MID_EXTENSION_ID;
  /** The remote may send. */
  receives = false;
  /** The remote takes what we send. */
  #sendFormats: readonly Format[] | undefined;
  /** As the remote's description tells them. */
  ssrcs: readonly number[] = [];
  /** One side has no use for it, for good. */
  rejected = false;

  constructor(mid: string, kind: MediaKind, formats: readonly Format[], host: ReceiverHost) {
    this.mid = mid;
    this.kind = kind;
    this.formats = formats;
    this.receiver = new RtpReceiver(kind, host);
  }

  bind(sender: NodeMediaSender): void {
    this.sender = sender;
    sender.mid = this.mid;
  }

  /** With `answered`, the remote's description answers ours; else we answer, and take over its numbers. */
  agree(remote: RemoteSection, answered: boolean): void {
    if (!answered) {
      this.formats = remote.formats;
      this.midExtension = remote.midExtension;
    }
    this.receives = remote.sends;
    this.ssrcs = remote.ssrcs;
    this.#sendFormats = remote.takes ? remote.formats : undefined;
    this.receiver.setCodecs(new Map(this.formats.map(({ payloadType, codec }) => [payloadType, codec])));
    if (!this.receives) this.receiver.mute();
    this.startSending();
  }

  get remoteTakes(): boolean {
    return this.#sendFormats !== undefined;
  }

  startSending(): void {
    this.sender?.setPayloadTypes(this.#sendFormats && firstOfEach(this.#sendFormats));
  }

  reject(): void {
    this.rejected = true;
    this.receives = false;
    this.#sendFormats = undefined;
    this.receiver.mute();
    this.startSending();
  }
}

/** Several profiles of one codec may be taken; the remote's first is its best. */
function firstOfEach(formats: readonly Format[]): Map<Codec, number> {
  const numbers = new Map<Codec, number>();
  for (const { codec, payloadType } of formats) if (!numbers.has(codec)) numbers.set(codec, payloadType);
  return numbers;
}
