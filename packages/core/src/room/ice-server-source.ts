import type { IceServer } from "../adapter.js";
import { PeerhoodError } from "../errors.js";
import type { Clock } from "../util/clock.js";
import { ICE_SERVERS_TTL_MS } from "./constants.js";

export interface IceServerList {
  readonly iceServers: readonly IceServer[];
  /** Milliseconds for which the list may be used again. */
  readonly ttlMs?: number;
}

/** A list, or a function that fetches one, for credentials that expire. Cached for 5 minutes or its own `ttlMs`. */
export type IceServersOption =
  | readonly IceServer[]
  | (() => readonly IceServer[] | IceServerList | Promise<readonly IceServer[] | IceServerList>);

/** The current ICE servers; one fetch at a time, a failed one is not remembered. */
export class IceServerSource {
  readonly #option: IceServersOption;
  readonly #clock: Clock;
  #current: { readonly list: Promise<readonly IceServer[]>; expiresAt: number } | undefined;

  constructor(option: IceServersOption, clock: Clock) {
    this.#option = option;
    this.#clock = clock;
  }

  /** @throws PeerhoodError `INVALID_ARGUMENT` with what the function threw as the cause */
  async get(): Promise<readonly IceServer[]> {
    const option = this.#option;
    if (typeof option !== "function") return option;
    if (this.#current === undefined || this.#clock.now() >= this.#current.expiresAt) {
      const entry = { list: this.#fetch(option), expiresAt: Infinity };
      this.#current = entry;
      entry.list.catch(() => {
        if (this.#current === entry) this.#current = undefined;
      });
    }
    return this.#current.list;
  }

  async #fetch(option: Exclude<IceServersOption, readonly IceServer[]>): Promise<readonly IceServer[]> {
    let result: readonly IceServer[] | IceServerList;
    try {
      result = await option();
    } catch (error) {
      throw new PeerhoodError("INVALID_ARGUMENT", "The iceServers function failed; see cause.", {
        cause: error,
        retryable: true,
      });
    }
    const { iceServers, ttlMs } = "iceServers" in result ? result : { iceServers: result };
    if (this.#current !== undefined) this.#current.expiresAt = this.#clock.now() + (ttlMs ?? ICE_SERVERS_TTL_MS);
    return iceServers;
  }
}
