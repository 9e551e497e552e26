import { PeerhoodError } from "@peerhood/core";

/** How a link behaves, per direction. */
export interface LinkConditions {
  /** Milliseconds that every packet takes at least. @default 1 */
  readonly latencyMs: number;
  /** Milliseconds that a packet may take on top, evenly distributed. Does not change the order. @default 0 */
  readonly jitterMs: number;
  /** Share of packets that are lost, 0 to 1. @default 0 */
  readonly loss: number;
  /** Share of packets that are held back, so that later ones overtake them. @default 0 */
  readonly reorder: number;
  /** Share of packets that arrive twice. @default 0 */
  readonly duplicate: number;
  /** @default Infinity */
  readonly bandwidthBytesPerSecond: number;
}

export const DEFAULT_CONDITIONS: LinkConditions = {
  latencyMs: 1,
  jitterMs: 0,
  loss: 0,
  reorder: 0,
  duplicate: 0,
  bandwidthBytesPerSecond: Number.POSITIVE_INFINITY,
};

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function checkConditions<T extends Partial<LinkConditions>>(conditions: T): T {
  for (const name of ["latencyMs", "jitterMs"] as const) {
    const value = conditions[name] ?? 0;
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) throw invalid(name, "milliseconds from 0", value);
  }
  for (const name of ["loss", "reorder", "duplicate"] as const) {
    const value = conditions[name] ?? 0;
    if (!(value >= 0 && value <= 1)) throw invalid(name, "a share from 0 to 1", value);
  }
  const bandwidth = conditions.bandwidthBytesPerSecond ?? 1;
  if (!(bandwidth > 0)) throw invalid("bandwidthBytesPerSecond", "above 0; use partition() for none", bandwidth);
  return conditions;
}

function invalid(name: string, range: string, value: unknown): PeerhoodError {
  return new PeerhoodError("INVALID_ARGUMENT", `${name} must be ${range}, not ${String(value)}.`);
}
