import {
  isPeerhoodError,
  type Connection,
  type ConnectionAdapter,
  type ConnectionHandlers,
  type ConnectionState,
  type IceCandidate,
  type IceServer,
  type Logger,
  type PeerhoodError,
} from "@peerhood/core";
import { CallGuard } from "./guarded-connection.js";

export interface SideOptions {
  readonly iceServers?: readonly IceServer[];
  readonly iceTransportPolicy?: "all" | "relay";
  /** Called after each event was recorded; may throw. */
  readonly onEvent?: (name: keyof ConnectionHandlers) => void;
}

/** One end of a pair: a connection, all that it told, and what it did against the rules. */
export class Side {
  readonly connection: Connection;
  readonly states: ConnectionState[] = [];
  readonly candidates: (IceCandidate | null)[] = [];
  readonly unexpectedChannels: string[] = [];
  readonly errors: PeerhoodError[] = [];
  /** What was logged as an error. */
  readonly logged: string[] = [];
  readonly #guard = new CallGuard();
  readonly #listeners = new Set<() => void>();
  #trickle: ((candidate: IceCandidate | null) => void) | undefined;

  constructor(adapter: ConnectionAdapter, options: SideOptions = {}) {
    const record = <T>(name: keyof ConnectionHandlers, list: T[]) => {
      return (value: T): void => {
        list.push(value);
        for (const listener of this.#listeners) listener();
        options.onEvent?.(name);
      };
    };
    const recordCandidate = record("candidate", this.candidates);
    const connection = adapter.createConnection({
      iceServers: options.iceServers ?? [],
      iceTransportPolicy: options.iceTransportPolicy ?? "all",
      logger: this.#logger(),
      handlers: this.#guard.guardHandlers({
        candidate: (candidate) => {
          this.#trickle?.(candidate);
          recordCandidate(candidate);
        },
        state: record("state", this.states),
        unexpectedChannel: record("unexpectedChannel", this.unexpectedChannels),
        error: record("error", this.errors),
      }),
    });
    this.connection = this.#guard.guardConnection(connection);
  }

  get violations(): readonly string[] {
    return this.#guard.violations;
  }

  /**
   * Hands each candidate to the other side, those that were told before included. `mayBeRefused` is for remotes that
   * were given a description that their candidates do not fit.
   */
  trickleTo(other: Side, { mayBeRefused = false } = {}): void {
    this.#trickle = (candidate) => {
      other.connection.addCandidate(candidate).catch((error: unknown) => {
        const code = isPeerhoodError(error) ? error.code : undefined;
        if (code === "CONNECTION_CLOSED" || (mayBeRefused && code === "INVALID_CANDIDATE")) return;
        other.#guard.violations.push(`a candidate of the other side was refused: ${String(error)}`);
      });
    };
    for (const candidate of this.candidates) this.#trickle(candidate);
  }

  /** Resolves when the handlers have told enough for `look` to be true. */
  until(look: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!look()) return;
        this.#listeners.delete(check);
        resolve();
      };
      this.#listeners.add(check);
      check();
    });
  }

  #logger(): Logger {
    const ignore = (): void => {};
    return { debug: ignore, info: ignore, warn: ignore, error: (message) => this.logged.push(message) };
  }
}
