import type { CandidateInfo, ConnectionStats } from "@peerhood/core";
import type { PeerConnection, SelectedCandidateInfo } from "node-datachannel";

/** What libdatachannel counts, bytes of SCTP and its round trip, and the bytes of media, which it does not. */
export function readStats(
  native: PeerConnection,
  media: { readonly sent: number; readonly received: number },
  packets: { readonly known: number; readonly lost: number },
): ConnectionStats {
  const roundTripTimeMs = native.rtt();
  const pair = native.getSelectedCandidatePair();
  return {
    bytesSent: native.bytesSent() + media.sent,
    bytesReceived: native.bytesReceived() + media.received,
    ...(packets.known > 0 && { packets }),
    // -1 before the first measurement.
    ...(roundTripTimeMs >= 0 && { roundTripTimeMs }),
    ...(pair && { selectedCandidatePair: { local: candidate(pair.local), remote: candidate(pair.remote) } }),
  };
}

function candidate({ type, transportType, address, port }: SelectedCandidateInfo): CandidateInfo {
  return {
    type: isCandidateType(type) ? type : "host",
    protocol: transportType.toLowerCase().startsWith("tcp") ? "tcp" : "udp",
    address: address === "?" ? "" : address,
    port,
  };
}

function isCandidateType(type: string): type is CandidateInfo["type"] {
  return type === "host" || type === "srflx" || type === "prflx" || type === "relay";
}
