import { PeerhoodError } from "@peerhood/core";
import { isMediaSection } from "./media-description.js";
import {
  attributeOf,
  joinDescription,
  splitDescription,
  transportOf,
  withoutTransport,
  type SplitDescription,
} from "./sections.js";

/** The mid of the one media section that libdatachannel knows of; it never leaves this process. */
export const NATIVE_MID = "peerhood-rtp";
export const NATIVE_PAYLOAD_TYPE = 96;

/**
 * libdatachannel's view of a remote description: all of its media is one section. Tracks that are bundled share one
 * transport, so one native track carries the packets of all, and what libdatachannel can not do (change a direction,
 * use a section again) need not be asked of it.
 */
export function toNativeView(sdp: string): string {
  const { session, sections } = splitDescription(sdp);
  const application = sections.find((section) => !isMediaSection(section));
  if (!application) {
    throw new PeerhoodError(
      "INVALID_DESCRIPTION",
      "The remote's session description has no section for data channels.",
    );
  }
  // RFC 9143 section 7.1.3: the transport of a bundle is that of its first section.
  const transport = transportOf(sections.find((section) => transportOf(section).length > 0) ?? []);
  const mid = attributeOf(application, "mid") ?? "0";
  return joinDescription({
    session: [...session.filter((line) => !line.startsWith("a=group:")), `a=group:BUNDLE ${mid} ${NATIVE_MID}`],
    sections: [
      [
        ...withoutTransport(application)
          .filter((line) => line !== "a=bundle-only")
          .map((line) => line.replace(/^(m=\S+) 0 /, "$1 9 ")),
        ...transport,
      ],
      [
        `m=video 9 UDP/TLS/RTP/SAVPF ${NATIVE_PAYLOAD_TYPE}`,
        "c=IN IP4 0.0.0.0",
        `a=mid:${NATIVE_MID}`,
        "a=sendrecv",
        "a=rtcp-mux",
        `a=rtpmap:${NATIVE_PAYLOAD_TYPE} VP8/90000`,
        ...transport,
      ],
    ],
  });
}

/** The parts of libdatachannel's own description that ours is made of. */
export interface NativeDescription {
  readonly session: readonly string[];
  readonly application: readonly string[];
  /** For further sections: `a=setup` and ICE's. */
  readonly transport: readonly string[];
}

export function readNativeDescription(sdp: string): NativeDescription {
  const { session, sections } = splitDescription(sdp);
  const application = sections.find((section) => !isMediaSection(section)) ?? [];
  return {
    session: session.filter((line) => !line.startsWith("a=group:")),
    application,
    transport: transportOf(application),
  };
}

/** Our description: `sections` by mid in their order, all bundled but those that are refused. */
export function bundle(session: readonly string[], sections: ReadonlyMap<string, readonly string[]>): string {
  const inUse = [...sections].filter(([, [first = ""]]) => first.split(" ")[1] !== "0").map(([mid]) => mid);
  const description: SplitDescription = {
    session: [...session, `a=group:BUNDLE ${inUse.join(" ")}`],
    sections: [...sections.values()],
  };
  return joinDescription(description);
}
