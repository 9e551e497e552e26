import type { SessionDescription } from "@peerhood/core";

/** What a session description says, as far as a data connection needs it. */
export interface DescribedSession {
  readonly ufrag: string;
  readonly password: string;
  readonly fingerprint: string;
  readonly setup: "actpass" | "active" | "passive";
  readonly maxMessageBytes: number | undefined;
  readonly candidates: readonly string[];
}

/** RFC 9429 section 5.2.1, with the one media section of RFC 8841. */
export function writeDescription(
  type: SessionDescription["type"],
  session: DescribedSession & { readonly sessionId: number; readonly version: number },
): SessionDescription {
  const lines = [
    "v=0",
    `o=- ${session.sessionId} ${session.version} IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
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
  ];
  return { type, sdp: `${lines.join("\r\n")}\r\n` };
}

/** Throws where a real implementation would; the shape has been checked. */
export function readDescription({ sdp }: SessionDescription): DescribedSession {
  const lines = sdp.split(/\r?\n/);
  const value = (name: string): string | undefined => {
    const prefix = `a=${name}:`;
    return lines.find((line) => line.startsWith(prefix))?.slice(prefix.length);
  };
  const media = lines.filter((line) => line.startsWith("m="));
  if (media.length !== 1 || !/^m=application [1-9]\d{0,4} UDP\/DTLS\/SCTP webrtc-datachannel$/.test(media[0] ?? "")) {
    throw new Error("not one data section: the simulation has no media");
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
  };
}
