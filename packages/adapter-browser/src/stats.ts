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
  readonly candidateType?: CandidateInfo["type"];
  readonly protocol?: string;
  readonly address?: string | null;
  readonly port?: number;
}

/** Reads the selected candidate pair out of the browser's report. */
export function readStats(report: RTCStatsReport): ConnectionStats {
  const get = (id = ""): Entry | undefined => report.get(id) as Entry | undefined;
  const pair = selectedPair(report, get);
  const local = get(pair?.localCandidateId);
  const remote = get(pair?.remoteCandidateId);
  const { bytesSent = 0, bytesReceived = 0, currentRoundTripTime } = pair ?? {};
  return {
    bytesSent,
    bytesReceived,
    ...(currentRoundTripTime !== undefined && { roundTripTimeMs: currentRoundTripTime * 1_000 }),
    ...(local && remote && { selectedCandidatePair: { local: info(local), remote: info(remote) } }),
  };
}

function selectedPair(report: RTCStatsReport, get: (id?: string) => Entry | undefined): Entry | undefined {
  let found: Entry | undefined;
  report.forEach((entry: Entry) => {
    const { type, selectedCandidatePairId, selected, nominated, state } = entry;
    // Firefox has no entry of type transport, and Chromium's says more than `nominated`, which a restart leaves behind.
    if (selectedCandidatePairId) found = get(selectedCandidatePairId);
    else if (type === "candidate-pair" && (selected ?? (nominated && state === "succeeded"))) found ??= entry;
  });
  return found;
}

function info({ candidateType = "host", protocol, address, port = 0 }: Entry): CandidateInfo {
  return { type: candidateType, protocol: protocol === "tcp" ? "tcp" : "udp", address: address ?? "", port };
}
