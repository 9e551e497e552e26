import type { CandidateInfo, ConnectionStats } from "@peerhood/core";

/** What is read of the entries of https://www.w3.org/TR/webrtc-stats/; TypeScript's own types lack half of it. */
interface Entry {
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  /** Firefox's own. */
  readonly selected?: boolean;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly currentRoundTripTime?: number;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
  readonly packetsSent?: number;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly candidateType?: CandidateInfo["type"];
  readonly protocol?: string;
  readonly address?: string | null;
  readonly port?: number;
}

/**
 * Reads the browser's report. Bytes are those of all candidate pairs: which pair is selected may change more than once
 * in the first second, and a count that starts anew would show as a negative rate.
 */
export function readStats(report: RTCStatsReport): ConnectionStats {
  const entries: Entry[] = [];
  report.forEach((entry: Entry) => entries.push(entry));
  const get = (id = ""): Entry | undefined => report.get(id) as Entry | undefined;
  const pairs = entries.filter(({ type }) => type === "candidate-pair");
  const transport = entries.find((entry) => entry.selectedCandidatePairId);
  const pair =
    get(transport?.selectedCandidatePairId) ??
    // Firefox before it had entries of type transport.
    pairs.find(({ selected, nominated, state }) => selected ?? (nominated && state === "succeeded"));
  // Firefox's transport has no bytes; Chromium's also has those of pairs that are gone.
  const total = (key: "bytesSent" | "bytesReceived"): number =>
    transport?.[key] ?? pairs.reduce((sum, entry) => sum + (entry[key] ?? 0), 0);
  const local = get(pair?.localCandidateId);
  const remote = get(pair?.remoteCandidateId);
  const packets = packetsOf(entries);
  const rtt = pair?.currentRoundTripTime;
  return {
    bytesSent: total("bytesSent"),
    bytesReceived: total("bytesReceived"),
    ...(packets.known > 0 && { packets }),
    ...(rtt !== undefined && { roundTripTimeMs: rtt * 1_000 }),
    ...(local && remote && { selectedCandidatePair: { local: info(local), remote: info(remote) } }),
  };
}

/** Media only: no browser tells of the packets of data channels. What the remote has lost, it reports. */
function packetsOf(entries: readonly Entry[]): { known: number; lost: number } {
  let [known, lost] = [0, 0];
  for (const { type, packetsSent = 0, packetsReceived = 0, packetsLost = 0 } of entries) {
    // Late and doubled packets make it negative (RFC 3550, section 6.4.1).
    if (type === "inbound-rtp" || type === "remote-inbound-rtp") lost += Math.max(0, packetsLost);
    if (type === "inbound-rtp") known += packetsReceived + Math.max(0, packetsLost);
    if (type === "outbound-rtp") known += packetsSent;
  }
  return { known, lost };
}

function info({ candidateType = "host", protocol, address, port = 0 }: Entry): CandidateInfo {
  return { type: candidateType, protocol: protocol === "tcp" ? "tcp" : "udp", address: address ?? "", port };
}
