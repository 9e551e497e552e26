import type { CandidateInfo, ConnectionStats } from "@peerhood/core";

type Entry = Readonly<Record<string, unknown>>;

/** Reads the selected candidate pair out of a report of https://www.w3.org/TR/webrtc-stats/. */
export function readStats(report: RTCStatsReport): ConnectionStats {
  const entries = new Map<string, Entry>();
  report.forEach((value: Entry, id: string) => entries.set(id, value));
  const pair = selectedPair(entries);
  const rtt = pair?.["currentRoundTripTime"];
  const local = entries.get(String(pair?.["localCandidateId"]));
  const remote = entries.get(String(pair?.["remoteCandidateId"]));
  return {
    bytesSent: number(pair?.["bytesSent"]),
    bytesReceived: number(pair?.["bytesReceived"]),
    ...(typeof rtt === "number" && { roundTripTimeMs: rtt * 1_000 }),
    ...(local && remote && { selectedCandidatePair: { local: candidate(local), remote: candidate(remote) } }),
  };
}

function selectedPair(entries: ReadonlyMap<string, Entry>): Entry | undefined {
  const all = [...entries.values()];
  const transport = all.find((entry) => entry["type"] === "transport" && entry["selectedCandidatePairId"]);
  if (transport) return entries.get(String(transport["selectedCandidatePairId"]));
  const pairs = all.filter((entry) => entry["type"] === "candidate-pair");
  // Firefox has no transport entry; `selected` is its own addition.
  return (
    pairs.find((pair) => pair["selected"]) ?? pairs.find((pair) => pair["nominated"] && pair["state"] === "succeeded")
  );
}

function candidate(entry: Entry): CandidateInfo {
  return {
    type: entry["candidateType"] as CandidateInfo["type"],
    protocol: entry["protocol"] === "tcp" ? "tcp" : "udp",
    address: String(entry["address"] ?? ""),
    port: number(entry["port"]),
  };
}

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
