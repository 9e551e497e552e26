import type { Clock, TimerHandle } from "../util/clock.js";
import {
  BUSY_ANSWER_MS,
  HEARTBEAT_DOUBT_MS,
  HEARTBEAT_DOUBT_SHARE,
  HEARTBEAT_HURRY_MS,
  HEARTBEAT_QUIET_SHARE,
  HEARTBEAT_STEP_SHARE,
} from "./heartbeat-constants.js";

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** Silence after which the other side counts as gone. */
  readonly timeoutMs: number;
  /** Something that differs from the last time when anything of the other side's has arrived since. */
  readonly trace: () => Promise<string>;
  /** Asks the other side for a sign, which comes back through `heard`. */
  readonly probe: () => void;
  /** Whom this side suspects has not answered at once. */
  readonly onUneasy: () => void;
  /** Nothing has come for so long that it may well be gone; again and again, as long as that holds. */
  readonly onDoubtful: () => void;
  /** It is there after all. */
  readonly onCertain: () => void;
  /** Nothing came for so long. Called once at most. */
  readonly onSilent: (silentMs: number) => void;
}

/**
 * Notices within a bound that the other side is gone. As long as something comes, it only looks; when nothing has come
 * for a while, it asks, again and again, until an answer comes or the time is over.
 *
 * Time in which this side was asleep (a stopped process, a suspended machine, a page whose timers are held back) is
 * told by timers that come late, and does not count: the other side could not be heard.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #stepMs: number;
  #heardAt: number;
  /** Since when there is reason to doubt the path. */
  #doubtedAt: number | undefined;
  /** Since when it is silent although it talks all the time. */
  #suspectedAt: number | undefined;
  #isDoubtful = false;
  #trace: string | undefined;
  #tracedAt = 0;
  #timer: TimerHandle | undefined;
  #dueAt = 0;
  #looking = false;
  #stopped = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#stepMs = options.timeoutMs * HEARTBEAT_STEP_SHARE;
    this.#heardAt = options.clock.now();
    this.#schedule();
  }

  /** A message of the other side's has come, at that time or later. */
  heard(sinceMs = this.#options.clock.now()): void {
    if (!this.#stopped) this.#heardNotBefore(sinceMs);
  }

  /** The network has changed: asks now, and has less patience until an answer comes. */
  doubt(): void {
    if (this.#stopped) return;
    this.#doubtedAt = this.#options.clock.now();
    this.#trace = undefined;
    void this.#look();
  }

  /** It has fallen silent, which it does not usually: asks now, and is uneasy unless an answer comes at once. */
  suspect(): void {
    if (this.#stopped) return;
    this.#suspectedAt = this.#options.clock.now();
    this.#trace = undefined;
    void this.#look();
  }

  /** It talked all the time, has fallen silent, and has not answered. */
  get isUneasy(): boolean {
    return this.#suspectedAt !== undefined && this.#options.clock.now() - this.#suspectedAt >= BUSY_ANSWER_MS;
  }

  /** Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#options.clock.clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#stopped) return;
    const { clock, timeoutMs } = this.#options;
    clock.clearTimeout(this.#timer);
    const now = clock.now();
    const quietUntil = this.#heardAt + timeoutMs * HEARTBEAT_QUIET_SHARE;
    let inMs = Math.max(this.#stepMs, quietUntil - now);
    if (this.#doubtedAt !== undefined) inMs = Math.min(this.#stepMs, HEARTBEAT_DOUBT_MS);
    if (this.#suspectedAt !== undefined) inMs = Math.min(inMs, this.#stepMs, BUSY_ANSWER_MS);
    // The last look is when the bound is reached, not up to a step later.
    inMs = Math.min(inMs, Math.max(1, this.#deadline() - now));
    this.#dueAt = now + inMs;
    this.#timer = clock.setTimeout(() => {
      const lateMs = clock.now() - this.#dueAt;
      if (lateMs > Math.min(this.#stepMs, inMs)) this.#forgive(lateMs);
      void this.#look();
    }, inMs);
  }

  #heardNotBefore(at: number): void {
    this.#heardAt = Math.max(this.#heardAt, at);
    if (this.#doubtedAt !== undefined && at >= this.#doubtedAt) this.#doubtedAt = undefined;
    if (this.#suspectedAt !== undefined && at >= this.#suspectedAt) this.#suspectedAt = undefined;
    if (!this.#isDoubtful || this.#mayDoubt()) return;
    this.#isDoubtful = false;
    this.#options.onCertain();
  }

  #mayDoubt(): boolean {
    const { clock, timeoutMs } = this.#options;
    const now = clock.now();
    const hurried = this.#doubtedAt !== undefined && now - this.#doubtedAt >= HEARTBEAT_DOUBT_MS;
    return hurried || now - this.#heardAt >= timeoutMs * HEARTBEAT_DOUBT_SHARE;
  }

  #forgive(ms: number): void {
    const now = this.#options.clock.now();
    this.#heardAt = Math.min(now, this.#heardAt + ms);
    if (this.#doubtedAt !== undefined) this.#doubtedAt = Math.min(now, this.#doubtedAt + ms);
    if (this.#suspectedAt !== undefined) this.#suspectedAt = Math.min(now, this.#suspectedAt + ms);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const { clock, timeoutMs, trace, probe, onSilent } = this.#options;
    const isQuiet = clock.now() - this.#heardAt >= timeoutMs * HEARTBEAT_QUIET_SHARE;
    if (isQuiet || this.#doubtedAt !== undefined || this.#suspectedAt !== undefined) {
      const before = this.#trace;
      const beforeAt = this.#tracedAt;
      const askedAt = clock.now();
      this.#trace = await trace().catch(() => before);
      this.#tracedAt = clock.now();
      if (this.#stopped) return;
      // To ask takes no time: it fell asleep meanwhile.
      const asleepMs = this.#tracedAt - askedAt;
      if (asleepMs > this.#stepMs) this.#forgive(asleepMs);
      // It may have come right after the look before.
      if (before !== undefined && this.#trace !== before) this.#heardNotBefore(beforeAt);
      else if (clock.now() >= this.#deadline()) {
        this.stop();
        return onSilent(Math.round(clock.now() - this.#heardAt));
      } else {
        probe();
        if (this.isUneasy) this.#options.onUneasy();
        this.#isDoubtful = this.#mayDoubt();
        if (this.#isDoubtful) this.#options.onDoubtful();
      }
      if (this.#stopped) return;
    }
    this.#looking = false;
    this.#schedule();
  }

  #deadline(): number {
    const { timeoutMs } = this.#options;
    const bound = this.#heardAt + timeoutMs;
    return this.#doubtedAt === undefined ? bound : Math.min(bound, this.#doubtedAt + HEARTBEAT_HURRY_MS);
  }
}
