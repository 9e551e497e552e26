import type { Clock } from "@peerhood/core";

/** One line of what happened. */
export interface TimelineEntry {
  /** Milliseconds since the room was made, of the room's clock. */
  readonly atMs: number;
  /** Whose event it is; `"room"` for what the test did to the network. */
  readonly peer: string;
  /** As `connection:connected bob` or `channel:message "chat" from bob, 5 bytes`. */
  readonly what: string;
}

/** Where the test's own deeds stand. */
export const ROOM_LINE = "room";
/** Entries that are kept; a test that makes more is shown its last ones. */
const MAX_ENTRIES = 20_000;
/** Lines shown in an error. */
const SHOWN_LINES = 60;

/** What happened at each peer, in order. Other peers are kept by their ids and named when it is read. */
export class Timeline {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #names = new Map<string, string>();
  #dropped = 0;
  #entries: { readonly atMs: number; readonly peer: string; readonly what: () => string }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.now();
  }

  /** Milliseconds since the room was made. */
  get nowMs(): number {
    return this.#clock.now() - this.#startMs;
  }

  /** How many entries there have been. */
  get count(): number {
    return this.#dropped + this.#entries.length;
  }

  add(peer: string, what: () => string): void {
    if (this.#entries.length >= MAX_ENTRIES) {
      this.#entries = this.#entries.slice(MAX_ENTRIES / 2);
      this.#dropped += MAX_ENTRIES / 2;
    }
    this.#entries.push({ atMs: this.nowMs, peer, what });
  }

  /** That id is this peer's, for the time of one stay. */
  name(id: string, peer: string): void {
    this.#names.set(id, peer);
  }

  nameOf(id: string): string {
    return this.#names.get(id) ?? `${id.slice(0, 6)}…`;
  }

  /** All, or those of one peer. */
  read(peer?: string): TimelineEntry[] {
    return this.#entries
      .filter((entry) => peer === undefined || entry.peer === peer)
      .map(({ atMs, peer, what }) => ({ atMs, peer, what: what() }));
  }

  /** As text, the last lines of it, with a mark before the entry of that number. */
  format({ since = Number.POSITIVE_INFINITY } = {}): string {
    const entries = this.read();
    const shown = entries.slice(-SHOWN_LINES);
    if (shown.length === 0) return "  (nothing)";
    const width = Math.max(...shown.map(({ peer }) => peer.length));
    const lines = shown.map(
      ({ atMs, peer, what }) => `  ${atMs.toFixed(1).padStart(9)}  ${peer.padEnd(width)}  ${what}`,
    );
    const before = this.count - shown.length;
    if (since >= before && since <= this.count)
      lines.splice(since - before, 0, `  ${"-".repeat(9)}  waiting since here`);
    return [...(before > 0 ? [`  (${before} lines before)`] : []), ...lines].join("\n");
  }
}
