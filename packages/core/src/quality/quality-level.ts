import {
  FAIR_LOSS,
  FAIR_ROUND_TRIP_MS,
  MIN_LOSS_PACKETS,
  POOR_LOSS,
  POOR_ROUND_TRIP_MS,
  QUALITY_SAMPLES,
} from "./constants.js";

/**
 * What a connection is good for. Of the last 10 s, the median round trip and the share of lost packets, where known:
 * `poor` from 800 ms or 3 % on, or when the last question stayed unanswered for 2 s; `fair` from 300 ms or 1 %; else
 * `good`. The thresholds are those of ITU-T G.114 and G.1010 for speech and video.
 */
export type QualityLevel = "good" | "fair" | "poor";

export interface QualitySample {
  /** Milliseconds; `undefined`: no answer in time. */
  readonly roundTripTimeMs: number | undefined;
  /** Since the connection began; absent where nobody knows. */
  readonly packets: { readonly known: number; readonly lost: number } | undefined;
}

export interface Quality {
  readonly level: QualityLevel;
  /** Median of the last 10 s in milliseconds; absent when the last question was not answered. */
  readonly roundTripTimeMs: number | undefined;
  /** Of the last 10 s, 0 to 1; absent where nobody knows, or fewer than 100 packets went. */
  readonly loss: number | undefined;
}

/** Judges a connection by its last samples. */
export class QualityJudge {
  /** One more than are judged, for the packets before them. */
  #samples: QualitySample[] = [];

  add(sample: QualitySample): Quality {
    // Another connection counts anew.
    const last = this.#samples.at(-1)?.packets?.known ?? 0;
    if ((sample.packets?.known ?? last) < last) this.#samples = [];
    this.#samples = [...this.#samples, sample].slice(-QUALITY_SAMPLES - 1);
    const roundTripTimeMs = sample.roundTripTimeMs === undefined ? undefined : this.#median();
    const loss = this.#loss();
    return { level: levelOf(roundTripTimeMs ?? Number.POSITIVE_INFINITY, loss ?? 0), roundTripTimeMs, loss };
  }

  #median(): number | undefined {
    const times = this.#samples
      .slice(-QUALITY_SAMPLES)
      .map(({ roundTripTimeMs = Number.POSITIVE_INFINITY }) => roundTripTimeMs)
      .sort((a, b) => a - b);
    return times[Math.floor((times.length - 1) / 2)];
  }

  #loss(): number | undefined {
    const [first, last] = [this.#samples[0]?.packets, this.#samples.at(-1)?.packets];
    if (first === undefined || last === undefined) return undefined;
    const known = last.known - first.known;
    return known < MIN_LOSS_PACKETS ? undefined : Math.max(0, last.lost - first.lost) / known;
  }
}

function levelOf(roundTripMs: number, loss: number): QualityLevel {
  if (roundTripMs >= POOR_ROUND_TRIP_MS || loss >= POOR_LOSS) return "poor";
  return roundTripMs >= FAIR_ROUND_TRIP_MS || loss >= FAIR_LOSS ? "fair" : "good";
}
