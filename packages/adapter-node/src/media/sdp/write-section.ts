import type { MediaKind } from "@peerhood/core";
import { MID_EXTENSION, type Format } from "./media-description.js";

export interface LocalSection {
  readonly mid: string;
  readonly kind: MediaKind;
  readonly formats: readonly Format[];
  readonly sends: boolean;
  readonly receives: boolean;
  readonly ssrc: number;
  readonly cname: string;
  readonly midExtension: number | undefined;
  /** `a=setup` and ICE's, as the section of the channels has them. */
  readonly transport: readonly string[];
}

/**
 * A section of our description. Without transport-wide congestion control: libdatachannel sends no such feedback, and
 * Chromium's estimate would stay at 30 kbit/s. Without RTX: packets are sent again as they were.
 */
export function writeSection(section: LocalSection): string[] {
  const { mid, kind, formats, sends, receives, ssrc, cname, midExtension, transport } = section;
  const direction = sends ? (receives ? "sendrecv" : "sendonly") : receives ? "recvonly" : "inactive";
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${formats.map(({ payloadType }) => payloadType).join(" ")}`,
    "c=IN IP4 0.0.0.0",
    "a=rtcp:9 IN IP4 0.0.0.0",
    ...transport,
    `a=mid:${mid}`,
    ...(midExtension === undefined ? [] : [`a=extmap:${midExtension} ${MID_EXTENSION}`]),
    `a=${direction}`,
    // RFC 8830: in no stream; which it belongs to is said beside the descriptions.
    ...(sends ? [`a=msid:- ${mid}`] : []),
    "a=rtcp-mux",
    "a=rtcp-rsize",
    ...formats.flatMap(writeFormat),
    ...(sends ? [`a=ssrc:${ssrc} cname:${cname}`, `a=ssrc:${ssrc} msid:- ${mid}`] : []),
  ];
}

/** What is not in use keeps its place in the description (RFC 3264, section 6). */
export function writeRejected(kind: string, protocolAndFormats: string, mid: string): string[] {
  return [`m=${kind} 0 ${protocolAndFormats}`, "c=IN IP4 0.0.0.0", "a=inactive", `a=mid:${mid}`];
}

function writeFormat({ payloadType, codec, parameters }: Format): string[] {
  const { kind, mimeType, clockRate } = codec;
  const name = mimeType.slice(mimeType.indexOf("/") + 1);
  return [
    // RFC 7587 section 7: always 2 channels, whatever is sent.
    `a=rtpmap:${payloadType} ${name}/${clockRate}${kind === "audio" ? "/2" : ""}`,
    ...(kind === "video" ? FEEDBACK.map((feedback) => `a=rtcp-fb:${payloadType} ${feedback}`) : []),
    ...(parameters ? [`a=fmtp:${payloadType} ${parameters}`] : []),
  ];
}

const FEEDBACK = ["goog-remb", "ccm fir", "nack", "nack pli"];
