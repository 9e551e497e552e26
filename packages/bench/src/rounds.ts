import type { Rounds } from "./figure.js";

/** What the rounds of one measurement may take in the short form, where a busy machine is slower; one is counted always. */
const SHORT_BUDGET_MS = 5_000;

/**
 * Each contender once per round, in turn, so that all see the same machine. A first round is not counted: code is
 * compiled and windows grow in it.
 */
export async function inTurn(
  contenders: Readonly<Record<string, () => Promise<number>>>,
  count: number,
  short: boolean,
): Promise<Rounds> {
  const until = short ? performance.now() + SHORT_BUDGET_MS : Infinity;
  const names = Object.keys(contenders);
  const rounds: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -1; round < count; round++) {
    if (round > 0 && performance.now() > until) break;
    for (const name of names) {
      const value = await contenders[name]?.();
      if (round >= 0 && value !== undefined) rounds[name]?.push(value);
    }
  }
  return rounds;
}

export const KIB = 1_024;
export const MIB = 1_048_576;

/** Of a measurement: bytes and milliseconds to megabytes a second. */
export function megabytesPerSecond(bytes: number, ms: number): number {
  return bytes / 1_000 / ms;
}

export function perSecond(count: number, ms: number): number {
  return (count / ms) * 1_000;
}
