import type { IceServerFailure } from "@peerhood/core";
import type { IceServer } from "node-datachannel";
import { GATHERING_PATIENCE_MS } from "./constants.js";
import { checkServer } from "./server-checks.js";

export interface GatheringWatchOptions {
  readonly servers: readonly IceServer[];
  readonly bindAddress: string | undefined;
  readonly onFailure: (failure: IceServerFailure) => void;
}

/** Finds out why servers have given no candidate, a while after gathering has begun. */
export class GatheringWatch {
  readonly #options: GatheringWatchOptions;
  readonly #types = new Set<string>();
  readonly #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #checking: Promise<void> | undefined;

  constructor(options: GatheringWatchOptions) {
    this.#options = options;
  }

  begin(): void {
    if (this.#options.servers.length > 0) this.#timer ??= setTimeout(() => void this.check(), GATHERING_PATIENCE_MS);
  }

  candidate(line: string): void {
    const type = / typ (\w+)/.exec(line)?.[1];
    if (type !== undefined) this.#types.add(type);
  }

  /** Resolves when all that is wrong has been told. */
  check(): Promise<void> {
    return (this.#checking ??= this.#check());
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #check(): Promise<void> {
    const { servers, bindAddress, onFailure } = this.#options;
    clearTimeout(this.#timer);
    const { signal } = this.#abort;
    const missing = servers.filter(({ relayType }) => !this.#types.has(relayType === undefined ? "srflx" : "relay"));
    await Promise.all(
      missing.map(async (server) => {
        const failure = await checkServer(server, bindAddress, signal);
        if (failure !== undefined && !signal.aborted) onFailure(failure);
      }),
    );
  }
}
