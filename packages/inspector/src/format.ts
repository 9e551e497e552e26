import { MAX_SHOWN } from "./constants.js";

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** `0 B`, `12 kB`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${Number(value.toFixed(digits))} ${UNITS[unit] ?? ""}`;
}

export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** `340 ms`, `12 s`, `3 min`, `5 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 99_500) return `${Math.round(ms / 1_000)} s`;
  if (ms < 5_970_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

/** One line without control characters and direction overrides, which could dress one name up as another. */
export function clean(text: string): string {
  const line = text
    .slice(0, MAX_SHOWN * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  const characters = Array.from(line);
  return characters.length > MAX_SHOWN ? `${characters.slice(0, MAX_SHOWN - 1).join("")}…` : line;
}

/** What the remote calls itself in `metadata.name`, or the beginning of its id. */
export function nameOf({ id, metadata }: { readonly id: string; readonly metadata?: unknown }): string {
  const { name } = (metadata ?? {}) as { readonly name?: unknown };
  return (typeof name === "string" && clean(name)) || shortId(id);
}

export function shortId(id: string): string {
  return id === "" ? "no id" : id.slice(0, 8);
}
