import type { Clock, Connection, ConnectionAdapter, MediaKind, MediaStreamTrackLike } from "@peerhood/core";

/** What the harness of a runtime supplies to each case. */
export interface AdapterConformanceContext {
  /** The adapter under test. */
  readonly adapter: ConnectionAdapter;
  /** Supplies the other side of each pair. @default `adapter` */
  readonly remoteAdapter?: ConnectionAdapter;
  /** Times every wait; a virtual one must be playing. */
  readonly clock: Clock;
  /** Milliseconds that a single wait may take before the case fails and says what it waited for. */
  readonly timeoutMs: number;
  /**
   * Opens a channel in-band behind the adapter's back, through `connection.native`, as a foreign remote may.
   * Absent: the cases that need it are to be skipped.
   */
  readonly openInBandChannel?: (connection: Connection, label: string) => void;
  /** Makes a track that `MediaSender.replaceTrack` takes. Absent: the cases that need it are to be skipped. */
  readonly createTrack?: (kind: MediaKind) => MediaStreamTrackLike;
}

/** One clause of the contract of `ConnectionAdapter`. Knows no test runner; a failing case rejects. */
export interface AdapterConformanceCase {
  readonly name: string;
  /** The field of the context without which the case makes no sense; skip it where that is absent. */
  readonly requires?: keyof AdapterConformanceContext;
  /** Leaves nothing running: every connection that it made is closed when the promise settles. */
  run(context: AdapterConformanceContext): Promise<void>;
}

/**
 * What the cases throw inside listeners to see that it hurts nobody. A browser reports it as an uncaught error of
 * the page: a harness that fails on those lets errors with this message pass.
 */
export const PURPOSEFUL_ERROR_MESSAGE = "Thrown on purpose by the conformance suite.";
