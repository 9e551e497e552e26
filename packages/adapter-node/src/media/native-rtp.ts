import type { Logger } from "@peerhood/core";
import type { PeerConnection, Track } from "node-datachannel";
import type { Post } from "../dispatcher.js";
import type { NativeModule } from "../load-native.js";
import { NATIVE_MID, NATIVE_PAYLOAD_TYPE } from "./sdp/native-view.js";

export interface NativeRtpParts {
  readonly native: PeerConnection;
  readonly Video: NativeModule["Video"];
  readonly post: Post;
  readonly logger: Logger;
  readonly onPacket: (packet: Buffer) => void;
}

/**
 * The RTP and RTCP of one connection, through one native track without a media handler: such a track takes and gives
 * packets as they are, of any source and payload type.
 */
export class NativeRtp {
  readonly #parts: NativeRtpParts;
  /** Held until the connection is closed: garbage collection would close it. */
  #track: Track | undefined;
  #isOpen = false;
  bytesSent = 0;
  bytesReceived = 0;

  constructor(parts: NativeRtpParts) {
    this.#parts = parts;
  }

  get isAttached(): boolean {
    return this.#track !== undefined;
  }

  /** From now on the connection has media; it opens with the next negotiation. */
  attach(): void {
    if (this.#track) return;
    const { native, Video, post, logger, onPacket } = this.#parts;
    const section = new Video(NATIVE_MID, "SendRecv");
    section.addVP8Codec(NATIVE_PAYLOAD_TYPE);
    const track = native.addTrack(section);
    this.#track = track;
    track.onOpen(() => post(() => (this.#isOpen = true)));
    track.onClosed(() => post(() => (this.#isOpen = false)));
    track.onError((error) => post(() => logger.debug("libdatachannel reported an error of media.", error)));
    track.onMessage((packet) => {
      post(() => {
        this.bytesReceived += packet.byteLength;
        onPacket(packet);
      });
    });
  }

  /** Dropped while there is no way to send. */
  send(packet: Buffer): void {
    if (!this.#isOpen) return;
    try {
      this.#track?.sendMessageBinary(packet);
      this.bytesSent += packet.byteLength;
    } catch (error) {
      // Native code knows of the end before its event is here; and SRTP refuses to send what is 1,024 packets old.
      this.#parts.logger.debug("A media packet could not be sent.", error);
    }
  }

  close(): void {
    this.#isOpen = false;
    this.#track?.close();
  }
}
