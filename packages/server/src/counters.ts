/** What happened since the start. Plain numbers, since they are counted with each message; metrics read them. */
export interface Counters {
  /** Sockets accepted, refused ones included. */
  sockets: number;
  /** Clients that were welcomed. */
  welcomed: number;
  framesIn: number;
  bytesIn: number;
  framesOut: number;
  bytesOut: number;
  /** Times that a client was read more slowly because of its rate. */
  throttled: number;
  /** Connections that were cut before a WebSocket came about, and HTTP requests that were refused. */
  rejected: number;
  /** TURN credentials given out. */
  turnCredentials: number;
  /** Requests refused, by error code. */
  readonly refusals: Map<number, number>;
  /** Connections that the server ended, by close code. */
  readonly ends: Map<number, number>;
}

export function createCounters(): Counters {
  return {
    sockets: 0,
    welcomed: 0,
    framesIn: 0,
    bytesIn: 0,
    framesOut: 0,
    bytesOut: 0,
    throttled: 0,
    rejected: 0,
    turnCredentials: 0,
    refusals: new Map(),
    ends: new Map(),
  };
}

export function countOne(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
