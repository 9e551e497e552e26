/** One connection to a broker, or a client of the application's that looks after its connections itself. */
export interface Line {
  /** What the broker takes at most, where it says so. */
  readonly maxBytes?: number;
  /** Resolves once messages of this topic arrive. Doing it twice does no harm. */
  subscribe(topic: string): Promise<unknown>;
  unsubscribe(topic: string): Promise<unknown>;
  /** Resolves when the broker has it, or the connection does. */
  publish(topic: string, data: Uint8Array): Promise<unknown>;
  /** Frees what this line holds; a client that was handed in stays as it is. */
  close(): Promise<unknown>;
}

/** What a line tells, from when it is opened. Nothing is heard once it has ended or was closed. */
export interface LineEvents {
  message(topic: string, data: Uint8Array): void;
  /** Lost, but it comes back by itself and says `up` then: the client was handed in. */
  down(): void;
  up(): void;
  /** Over for good; another line is opened. */
  ended(cause?: unknown): void;
  /** A failure that belongs to no call. */
  error(error: unknown): void;
}

/**
 * Opens a line; resolves once it can carry messages. `signal` ends the attempt: what it has begun is taken back.
 * @throws PeerhoodError `DRIVER_REFUSED`, `PACKAGE_MISSING`: final, nothing is tried again. Everything else is retried
 */
export type OpenLine = (events: LineEvents, signal: AbortSignal) => Promise<Line>;
