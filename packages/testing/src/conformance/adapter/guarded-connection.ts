import type {
  ChannelInit,
  Connection,
  ConnectionHandlers,
  ConnectionState,
  ConnectionStats,
  DataChannelLike,
  IceCandidate,
  IceServerFailure,
  SessionDescription,
} from "@peerhood/core";

/**
 * Watches the rules that hold for every call of a handler: never from within a method, one at a time, never after
 * `close()` has resolved. Wraps both the connection and its handlers.
 */
export class CallGuard {
  readonly violations: string[] = [];
  /** Methods of the connection that are on the stack now. */
  #running = 0;
  #handling = false;
  #closed = false;

  guardHandlers(handlers: ConnectionHandlers): ConnectionHandlers {
    const told = <T extends unknown[]>(name: string, call: (...values: T) => void) => {
      return (...values: T): void => {
        if (this.#running > 0) this.violations.push(`handler ${name} was called from within a method`);
        if (this.#handling) this.violations.push(`handler ${name} was called while another one ran`);
        if (this.#closed) this.violations.push(`handler ${name} was called after close() had resolved`);
        this.#handling = true;
        try {
          call(...values);
        } finally {
          this.#handling = false;
        }
      };
    };
    return {
      candidate: told("candidate", (candidate: IceCandidate | null) => handlers.candidate(candidate)),
      state: told("state", (state: ConnectionState) => handlers.state(state)),
      unexpectedChannel: told("unexpectedChannel", (label: string) => handlers.unexpectedChannel(label)),
      serverFailed: told("serverFailed", (failure: IceServerFailure) => handlers.serverFailed?.(failure)),
      error: told("error", (error) => handlers.error(error)),
    };
  }

  guardConnection(connection: Connection): Connection {
    const run = <T>(call: () => T): T => {
      this.#running++;
      try {
        return call();
      } finally {
        this.#running--;
      }
    };
    const guarded: Connection = {
      get native(): unknown {
        return connection.native;
      },
      get state(): ConnectionState {
        return connection.state;
      },
      get maxMessageBytes(): number {
        return connection.maxMessageBytes;
      },
      ...(connection.media && { media: connection.media }),
      createOffer: (options?: { iceRestart?: boolean }) => run(() => connection.createOffer(options)),
      acceptOffer: (offer: SessionDescription) => run(() => connection.acceptOffer(offer)),
      acceptAnswer: (answer: SessionDescription) => run(() => connection.acceptAnswer(answer)),
      addCandidate: (candidate: IceCandidate | null) => run(() => connection.addCandidate(candidate)),
      createChannel: (init: ChannelInit): DataChannelLike => run(() => connection.createChannel(init)),
      stats: (): Promise<ConnectionStats> => run(() => connection.stats()),
      close: async (): Promise<void> => {
        await run(() => connection.close());
        this.#closed = true;
      },
    };
    // A runtime that does not know has none.
    if (connection.stage !== undefined) Object.defineProperty(guarded, "stage", { get: () => connection.stage });
    return guarded;
  }
}
