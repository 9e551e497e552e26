import { PeerhoodError } from "../../errors.js";
import type { Transfer } from "./outgoing.js";
import { ProgressFeed, type TransferProgress } from "./progress-feed.js";
import { LazyStreamPromise } from "./stream-promise.js";
import { reportIfUnheard } from "./unheard.js";

/**
 * What `send` returns outside of a room: over at once, the message not looked at; failed for the remotes that were
 * named. Small, because it is all of sending that a page needs before it joins.
 */
export class TransferToNobody extends LazyStreamPromise<void, TransferProgress> implements Transfer {
  readonly #progress = new ProgressFeed();
  readonly #settled: Promise<void>;
  #handled = false;

  constructor(named: readonly string[], onUnhandled: (error: PeerhoodError) => void) {
    super();
    this.#progress.end();
    if (named.length === 0) {
      this.#settled = Promise.resolve();
      return;
    }
    const errors = named.map(unknownRemote);
    this.#settled = Promise.reject(
      new AggregateError(errors, `The message failed for ${named.length} of ${named.length}: ${named.join(", ")}.`),
    );
    this.#settled.catch(() => {});
    reportIfUnheard(
      () => this.#handled,
      () => errors.forEach(onUnhandled),
    );
  }

  get stream(): ReadableStream<TransferProgress> {
    this.#handled = true;
    return this.#progress.stream;
  }

  protected get madeStream(): ReadableStream<TransferProgress> | undefined {
    return this.#progress.madeStream;
  }

  async cancel(): Promise<void> {
    this.#handled = true;
  }

  protected promise(heard: boolean): Promise<void> {
    this.#handled ||= heard;
    return this.#settled;
  }
}

export function unknownRemote(id: string): PeerhoodError {
  return new PeerhoodError("UNKNOWN_REMOTE", `No remote ${id} is in the room; it may have left.`, { remoteId: id });
}
