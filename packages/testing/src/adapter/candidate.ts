import type { CandidateInfo, IceCandidate } from "@peerhood/core";

/** RFC 8839 section 5.1, for component 1 of the one media section. */
export function writeCandidate({ type, address, port }: CandidateInfo, ufrag: string): IceCandidate {
  // RFC 8445 section 5.1.2.1: preferences 126 for host, 0 for relayed.
  const priority = type === "host" ? 2_130_706_431 : 16_777_215;
  const related = type === "host" ? "" : " raddr 0.0.0.0 rport 0";
  return {
    candidate: `candidate:1 1 udp ${priority} ${address} ${port} typ ${type}${related}`,
    sdpMid: "0",
    sdpMLineIndex: 0,
    usernameFragment: ufrag,
  };
}

/** `undefined` for what this simulation has no use for, such as TCP or an mDNS name; the shape has been checked. */
export function readCandidate({ candidate }: IceCandidate): CandidateInfo | undefined {
  const match = /^(?:a=)?candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) typ (host|srflx|prflx|relay)/i.exec(candidate);
  if (match === null) return undefined;
  const [, address = "", port, type] = match;
  return { type: type?.toLowerCase() as CandidateInfo["type"], protocol: "udp", address, port: Number(port) };
}
