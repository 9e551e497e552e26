import { formatBytes, formatDuration, shorten } from "./format.js";

/** Rates are those of the last seconds: short enough to follow, long enough to be read. */
const WINDOW_MS = 5_000;

export interface Progress {
  /** Bytes that the receiver has. */
  readonly current: number;
  /** `undefined` where the sender does not know. */
  readonly total: number | undefined;
  /** Bytes per second; `undefined` until something was measured. */
  readonly rate: number | undefined;
}

/** Bytes per second over the last {@link WINDOW_MS}. */
export class RateMeter {
  #samples: { readonly atMs: number; readonly bytes: number }[] = [];

  /** Bytes so far; a smaller number than before begins anew. */
  add(bytes: number, nowMs = performance.now()): void {
    if (bytes < (this.#samples.at(-1)?.bytes ?? 0)) this.#samples = [];
    this.#samples.push({ atMs: nowMs, bytes });
    while ((this.#samples[1]?.atMs ?? nowMs) < nowMs - WINDOW_MS) this.#samples.shift();
  }

  get rate(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.atMs - first.atMs < 200) return undefined;
    return ((last.bytes - first.bytes) * 1_000) / (last.atMs - first.atMs);
  }
}

/** One line of at most `columns` characters; what matters least goes first where there is no room. */
export function progressLine(label: string, { current, total, rate }: Progress, columns: number): string {
  const share = total === undefined ? undefined : total === 0 ? 1 : Math.min(1, current / total);
  const percent = share === undefined ? formatBytes(current) : `${Math.floor(share * 100)}%`.padStart(4);
  const speed = rate === undefined ? "" : `${formatBytes(Math.round(rate))}/s`;
  const remaining =
    total === undefined || rate === undefined || rate <= 0 || current >= total
      ? ""
      : `${formatDuration((total - current) / rate)} left`;
  const amount = total === undefined ? "" : `${formatBytes(current)} of ${formatBytes(total)}`;
  const join = (parts: readonly string[]): string => parts.filter((part) => part !== "").join("  ");
  const bar = (width: number): string => {
    if (share === undefined || width < 8) return "";
    const filled = Math.round(share * width);
    return "█".repeat(filled) + "░".repeat(width - filled);
  };
  // One column stays free: a full line makes some terminals wrap.
  const room = Math.max(1, columns - 1);
  const tail = join([amount, speed, remaining]);
  for (const [parts, wants] of [
    [[percent, tail], 26 + 2],
    [[percent, tail], 2],
    [[percent, join([speed, remaining])], 2],
  ] as const) {
    const left = room - join(parts).length - wants;
    if (left < 8) continue;
    const name = wants > 2 ? shorten(label, Math.min(24, left)) : "";
    const barWidth = Math.min(30, room - join([name, ...parts]).length - 2);
    return join([name, bar(barWidth), ...parts]).slice(0, room);
  }
  return (join([percent, speed]).length <= room ? join([percent, speed]) : percent.trim()).slice(0, room);
}
