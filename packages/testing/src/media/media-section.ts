import type { MediaKind } from "@peerhood/core";

/** What a description says about one media section. */
export interface DescribedSection {
  readonly mid: string;
  readonly kind: MediaKind;
  readonly sends: boolean;
  readonly receives: boolean;
  /** Where the network finds what is sent. */
  readonly source: string;
}

const DIRECTIONS = new Map([
  ["a=sendrecv", { sends: true, receives: true }],
  ["a=sendonly", { sends: true, receives: false }],
  ["a=recvonly", { sends: false, receives: true }],
  ["a=inactive", { sends: false, receives: false }],
]);

/** RFC 8866 section 5.14, with an attribute of the simulation's own. */
export function writeSection({ mid, kind, sends, receives, source }: DescribedSection): string[] {
  const [direction] = [...DIRECTIONS].find(([, says]) => says.sends === sends && says.receives === receives) ?? [""];
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF 111`,
    "c=IN IP4 0.0.0.0",
    `a=mid:${mid}`,
    direction,
    `a=x-simulated-source:${source}`,
  ];
}

/** Throws where a real implementation would. */
export function readSection(lines: readonly string[]): DescribedSection {
  const kind = /^m=(audio|video) 9 /.exec(lines[0] ?? "")?.[1];
  const value = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`a=${name}:`))?.slice(name.length + 3);
  const direction = lines.map((line) => DIRECTIONS.get(line)).find((found) => found !== undefined);
  const mid = value("mid");
  if ((kind !== "audio" && kind !== "video") || mid === undefined || direction === undefined) {
    throw new Error("a media section of no known kind, mid or direction");
  }
  return { mid, kind, ...direction, source: value("x-simulated-source") ?? "" };
}
