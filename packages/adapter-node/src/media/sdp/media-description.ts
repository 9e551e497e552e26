import { PeerhoodError, type MediaKind } from "@peerhood/core";
import { CODECS } from "../codecs/codec-list.js";
import type { Codec } from "../codecs/codec.js";
import { attributeOf, attributesOf, kindOf } from "./sections.js";

/** One codec under the number that stands for it in packets, with the `a=fmtp` that was said of it. */
export interface Format {
  readonly payloadType: number;
  readonly codec: Codec;
  readonly parameters: string | undefined;
}

/** What a section of the remote's description says. */
export interface RemoteSection {
  readonly mid: string;
  /** Of the `m=` line; anything but the two is refused. */
  readonly kind: string;
  /** Port 0: this section is not in use. */
  readonly rejected: boolean;
  /** The remote may send, takes what we send. */
  readonly sends: boolean;
  readonly takes: boolean;
  /** Those that are implemented here, in the remote's order. */
  readonly formats: readonly Format[];
  readonly ssrcs: readonly number[];
  /** The id of the header extension that names the section (RFC 9143, section 15). */
  readonly midExtension: number | undefined;
}

export const MID_EXTENSION = "urn:ietf:params:rtp-hdrext:sdes:mid";
// RFC 8866 section 9: a token. It is said again in our own description.
const MID = /^[\w!#$%&'*+.^`{|}~-]{1,64}$/;

/** @throws PeerhoodError `INVALID_DESCRIPTION` */
export function readSection(lines: readonly string[], session: readonly string[]): RemoteSection {
  const mid = attributeOf(lines, "mid") ?? "";
  if (!MID.test(mid)) {
    throw new PeerhoodError(
      "INVALID_DESCRIPTION",
      "The remote's session description has a section without a proper mid.",
    );
  }
  const [kind = "", port = "0", , ...numbers] = (lines[0] ?? "").slice(2).split(" ");
  const direction = directionOf(lines) ?? directionOf(session) ?? "sendrecv";
  // RFC 9143 section 6: with bundle-only, port 0 does not mean that it is refused.
  const rejected = port === "0" && !lines.includes("a=bundle-only");
  return {
    mid,
    kind,
    rejected,
    sends: !rejected && (direction === "sendrecv" || direction === "sendonly"),
    takes: !rejected && (direction === "sendrecv" || direction === "recvonly"),
    formats: isMediaKind(kind) ? readFormats(lines, kind, numbers) : [],
    ssrcs: [...new Set(attributesOf(lines, "ssrc").map((text) => Number.parseInt(text, 10)))].filter(
      (ssrc) => Number.isInteger(ssrc) && ssrc >= 0 && ssrc < 2 ** 32,
    ),
    midExtension: midExtensionOf(lines),
  };
}

export function isMediaKind(kind: string): kind is MediaKind {
  return kind === "audio" || kind === "video";
}

export function isMediaSection(lines: readonly string[]): boolean {
  return kindOf(lines) !== "application";
}

function directionOf(lines: readonly string[]): string | undefined {
  return lines.map((line) => /^a=(sendrecv|sendonly|recvonly|inactive)$/.exec(line)?.[1]).find(Boolean);
}

function midExtensionOf(lines: readonly string[]): number | undefined {
  const line = attributesOf(lines, "extmap").find((text) => text.split(" ")[1] === MID_EXTENSION);
  const id = Number.parseInt(line ?? "", 10);
  return id >= 1 && id <= 255 ? id : undefined;
}

function readFormats(lines: readonly string[], kind: MediaKind, numbers: readonly string[]): Format[] {
  const maps = new Map(attributesOf(lines, "rtpmap").map((text) => splitOnce(text, " ")));
  const parameters = new Map(attributesOf(lines, "fmtp").map((text) => splitOnce(text, " ")));
  return numbers.flatMap((number) => {
    const payloadType = Number(number);
    if (!Number.isInteger(payloadType) || payloadType < 0 || payloadType > 127) return [];
    const [name = "", clockRate = ""] = (maps.get(number) ?? "").toLowerCase().split("/");
    const fmtp = parameters.get(number);
    const codec = CODECS.find(
      (one) =>
        one.kind === kind && one.mimeType.toLowerCase() === `${kind}/${name}` && String(one.clockRate) === clockRate,
    );
    return codec?.accepts(readParameters(fmtp ?? "")) ? [{ payloadType, codec, parameters: fmtp }] : [];
  });
}

function readParameters(text: string): Map<string, string> {
  return new Map(text.split(";").map((one) => splitOnce(one.trim().toLowerCase(), "=")));
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length).trim()];
}
