import type { SessionDescription } from "@peerhood/core";
import { readSection, writeSection, type DescribedSection } from "../media/media-section.js";

/** What a session description says. */
export interface DescribedSession {
  readonly ufrag: string;
  readonly password: string;
  readonly fingerprint: string;
  readonly setup: "actpass" | "active" | "passive";
  readonly maxMessageBytes: number | undefined;
  readonly candidates: readonly string[];
  /** Those after the data section. */
  readonly media: readonly DescribedSection[];
}

/** RFC 9429 section 5.2.1, with the data section of RFC 8841 first. */
export function writeDescription(
  type: SessionDescription["type"],
  session: DescribedSession & { readonly sessionId: number; readonly version: number },
): SessionDescription {
  const lines = [
    "v=0",
    `o=- ${session.sessionId} ${session.version} IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    `a=group:BUNDLE ${["0", ...session.media.map(({ mid }) => mid)].join(" ")}`,
    "a=ice-options:trickle",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    "a=mid:0",
    "a=sendrecv",
    `a=ice-ufrag:${session.ufrag}`,
    `a=ice-pwd:${session.password}`,
    `a=fingerprint:sha-256 ${session.fingerprint}`,
    `a=setup:${session.setup}`,
    "a=sctp-port:5000",
    `a=max-message-size:${session.maxMessageBytes}`,
    ...session.media.flatMap(writeSection),
  ];
  return { type, sdp: `${lines.join("\r\n")}\r\n` };
}

/** Throws where a real implementation would; the shape has been checked. */
export function readDescription({ sdp }: SessionDescription): DescribedSession {
  const [session = "", first = "", ...others] = sdp.split(/^(?=m=)/m);
  const lines = `${session}${first}`.split(/\r?\n/);
  const value = (name: string): string | undefined => {
    const prefix = `a=${name}:`;
    return lines.find((line) => line.startsWith(prefix))?.slice(prefix.length);
  };
  if (!/^m=application [1-9]\d{0,4} UDP\/DTLS\/SCTP webrtc-datachannel\r?$/m.test(first)) {
    throw new Error("its first section is not the data section");
  }
  const port = Number(value("sctp-port"));
  if (!(Number.isInteger(port) && port > 0 && port <= 65_535)) throw new Error("no usable a=sctp-port");
  const setup = value("setup");
  if (setup !== "actpass" && setup !== "active" && setup !== "passive") throw new Error("no usable a=setup");
  const [hash, fingerprint] = (value("fingerprint") ?? "").split(" ");
  if (hash !== "sha-256" || fingerprint === undefined) throw new Error("no fingerprint by SHA-256");
  const maxMessageSize = value("max-message-size");
  if (maxMessageSize !== undefined && !/^\d{1,15}$/.test(maxMessageSize))
    throw new Error("no usable a=max-message-size");
  return {
    ufrag: value("ice-ufrag") ?? "",
    password: value("ice-pwd") ?? "",
    fingerprint,
    setup,
    maxMessageBytes: maxMessageSize === undefined ? undefined : Number(maxMessageSize),
    candidates: lines.filter((line) => line.startsWith("a=candidate:")).map((line) => line.slice(2)),
    media: others.map((section) => readSection(section.split(/\r?\n/))),
  };
}
