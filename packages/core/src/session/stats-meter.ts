import type { ConnectionStats } from "../adapter.js";
import type { RemoteStats } from "../remote-peer.js";

/** Turns byte counts into bitrates, from one call to the next. */
export class StatsMeter {
  #last: { readonly at: number; readonly sent: number; readonly received: number } | undefined;

  measure(stats: ConnectionStats, roundTripTimeMs: number | undefined, now: number): RemoteStats {
    const last = this.#last;
    const seconds = last === undefined ? 0 : (now - last.at) / 1_000;
    this.#last = { at: now, sent: stats.bytesSent, received: stats.bytesReceived };
    const pair = stats.selectedCandidatePair;
    const roundTrip = roundTripTimeMs ?? stats.roundTripTimeMs;
    return {
      ...stats,
      ...(roundTrip === undefined ? {} : { roundTripTimeMs: roundTrip }),
      ...(last === undefined || seconds <= 0
        ? {}
        : {
            bitrateSent: Math.max(0, ((stats.bytesSent - last.sent) * 8) / seconds),
            bitrateReceived: Math.max(0, ((stats.bytesReceived - last.received) * 8) / seconds),
          }),
      ...(pair === undefined ? {} : { relayed: pair.local.type === "relay" || pair.remote.type === "relay" }),
    };
  }
}
