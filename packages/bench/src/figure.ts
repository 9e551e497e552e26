import { median } from "./summary.js";

/** CI shares its machine: there a threshold counts as held at this share of it. */
export const SHORT_SLACK = 0.75;

/** The values of each contender, one for each round. */
export type Rounds = Readonly<Record<string, readonly number[]>>;

export interface Wanted {
  readonly name: string;
  readonly unit: string;
  readonly better: "higher" | "lower";
  readonly rounds: Rounds;
  readonly ours?: string;
  /** Beside the best of these. */
  readonly beside: readonly string[];
  /** For the ratio of ours to the best: at least, or at most where lower is better. Without one it only informs. */
  readonly limit?: number;
  /** For ours as it is, in its unit, where lower is better. */
  readonly ceiling?: number;
}

export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly better: "higher" | "lower";
  readonly medians: Readonly<Record<string, number>>;
  readonly ours: string;
  readonly best: string;
  /** Median of the ratios of each round: the machine's mood is the same for both. */
  readonly ratio: number;
  readonly limit?: number;
  readonly ceiling?: number;
  readonly holds: boolean;
  readonly note?: string;
  readonly rounds: Rounds;
}

export function judge(wanted: Wanted, short: boolean): Figure {
  const { name, unit, better, rounds, ours = "peerhood", beside, limit, ceiling } = wanted;
  const slack = short ? SHORT_SLACK : 1;
  const medians = Object.fromEntries(Object.entries(rounds).map(([contender, values]) => [contender, median(values)]));
  const of = (contender: string): number => medians[contender] ?? NaN;
  const [best = ""] = [...beside].sort((a, b) => (better === "higher" ? of(b) - of(a) : of(a) - of(b)));
  const ratios = (rounds[ours] ?? []).map((value, round) => value / (rounds[best]?.[round] ?? NaN));
  const ratio = median(ratios);
  const within = better === "higher" ? ratio >= (limit ?? 0) * slack : ratio <= (limit ?? Infinity) / slack;
  const holds = within && (ceiling === undefined || of(ours) <= ceiling / slack);
  return {
    name,
    unit,
    better,
    medians,
    ours,
    best,
    ratio,
    ...(limit === undefined ? {} : { limit }),
    ...(ceiling === undefined ? {} : { ceiling }),
    holds,
    rounds,
  };
}

/** The cells of a figure: name, ours, the best beside it, ratio, what it has to be, whether it is. */
export function row(figure: Figure, short: boolean): string[] {
  const { name, unit, better, medians, ours, best, ratio, limit, ceiling, holds } = figure;
  const sign = better === "higher" ? "≥" : "≤";
  const wanted = [
    ...(limit === undefined ? [] : [`${sign} ${limit}`]),
    ...(ceiling === undefined ? [] : [`${ours} ≤ ${ceiling} ${unit}`]),
  ].join(", ");
  const verdict = wanted === "" ? "" : holds ? (short ? "holds (short)" : "holds") : "DOES NOT HOLD";
  return [
    name,
    `${format(medians[ours] ?? NaN)} ${unit}`,
    `${format(medians[best] ?? NaN)} ${unit}`,
    best,
    ratio.toFixed(2),
    wanted,
    verdict,
  ];
}

export function format(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString("en");
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
