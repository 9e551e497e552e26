import type { PeerhoodErrorCode } from "../errors.js";

/** What `diagnose` found. Survives JSON. */
export interface Diagnosis {
  /** No check failed. */
  readonly ok: boolean;
  /** In the order in which they were made. */
  readonly checks: readonly DiagnosisCheck[];
  /** One line per check, for people. */
  readonly text: string;
}

export interface DiagnosisCheck {
  readonly name: "signaling" | "stun" | "turn" | "loopback";
  /** URL of the server, without credentials; which of several drivers, counted from 1. */
  readonly target?: string;
  /** `skipped`: there was nothing to check, or it was not reached. */
  readonly status: "ok" | "failed" | "skipped";
  /** Milliseconds that it took. */
  readonly durationMs: number;
  /** Of a check that failed. */
  readonly code?: PeerhoodErrorCode;
  /** What was found, and if it failed what to do. */
  readonly message: string;
}

const MARKS = { ok: "ok     ", failed: "FAILED ", skipped: "skipped" } as const;

export function describeCheck({ name, target, status, durationMs, code, message }: DiagnosisCheck): string {
  const what = target === undefined ? name : `${name} ${target}`;
  return `${MARKS[status]} ${what}, ${durationMs} ms${code === undefined ? "" : `, ${code}`}: ${message}`;
}
