import type { TestBrowser } from "@peerhood/e2e/browser";
import type { Figure } from "./figure.js";

/** What a bench is given. */
export interface BenchContext {
  /** For CI: fewer rounds of less, and thresholds with slack. */
  readonly short: boolean;
  /** For the Node processes that are measured: profiling. */
  readonly nodeArgs: readonly string[];
  /** One browser for all benches, started at first use. */
  browser(): Promise<TestBrowser>;
  /** URL of a signaling server, started at first use. */
  signaling(): Promise<string>;
  /** Runs at the end of the bench, the last one first. */
  defer(close: () => Promise<unknown>): void;
}

export interface BenchResult {
  readonly figures: readonly Figure[];
  /** Why there are none. */
  readonly skipped?: string;
}

export interface Bench {
  readonly name: string;
  run(context: BenchContext): Promise<BenchResult>;
}
