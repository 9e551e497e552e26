import type { ConnectionStats } from "../adapter.js";
import type { RemoteStats } from "../remote-peer.js";

/** Turns byte counts into bitrates, from one call to the next. */
export class StatsMeter {
  #last: { readonly at: number; readonly stats: ConnectionStats } | undefined;

  measure(stats: ConnectionStats, roundTripTimeMs: number | undefined, now: number): RemoteStats {
    const last = this.#last;
    const seconds = last === undefined ? 0 : (now - last.at) / 1_000;
    this.#last = { at: now, stats };
    const known = (stats.packets?.known ?? 0) - (last?.stats.packets?.known ?? 0);
    const lost = (stats.packets?.lost ?? 0) - (last?.stats.packets?.lost ?? 0);
    const pair = stats.selectedCandidatePair;
    const roundTrip = roundTripTimeMs ?? stats.roundTripTimeMs;
    return {
      ...stats,
      ...(roundTrip === undefined ? {} : { roundTripTimeMs: roundTrip }),
      ...(last === undefined || seconds <= 0
        ? {}
        : {
            bitrateSent: Math.max(0, ((stats.bytesSent - last.stats.bytesSent) * 8) / seconds),
            bitrateReceived: Math.max(0, ((stats.bytesReceived - last.stats.bytesReceived) * 8) / seconds),
          }),
      ...(known > 0 && { loss: Math.min(1, Math.max(0, lost / known)) }),
      ...(pair === undefined ? {} : { relayed: pair.local.type === "relay" || pair.remote.type === "relay" }),
    };
  }
}
