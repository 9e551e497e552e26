import { PeerhoodError } from "../../errors.js";
import { createDeferred } from "../../util/deferred.js";
import { Outgoing, preparePayload, type Transfer } from "./outgoing.js";
import { ProgressFeed, type TransferProgress } from "./progress-feed.js";
import { LazyStreamPromise } from "./stream-promise.js";
import { unknownRemote } from "./transfer-to-nobody.js";
import { reportIfUnheard } from "./unheard.js";

export interface BroadcastTarget {
  readonly id: string;
  /** Absent: no such remote. */
  readonly dispatch: ((label: string, outgoing: Outgoing) => void) | undefined;
}

export interface BroadcastParts {
  readonly label: string;
  readonly info?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly targets: readonly BroadcastTarget[];
  /** It failed for that remote and nobody awaits it. */
  readonly onUnhandled: (error: PeerhoodError, id: string) => void;
}

/** One message to several remotes: prepared once, a transfer each, and what became of all. */
class Broadcast extends LazyStreamPromise<void, TransferProgress> implements Transfer {
  readonly #progress = new ProgressFeed();
  readonly #parts: readonly Outgoing[];
  readonly #settled = createDeferred();
  #handled = false;
  #follows = false;

  constructor(message: unknown, parts: BroadcastParts) {
    super();
    const { label, info, signal, targets, onUnhandled } = parts;
    const payload = preparePayload(message, info);
    const failed: [PeerhoodError, string][] = [];
    this.#parts = targets.map(({ id }) => new Outgoing(payload, { label, id, onUnhandled: () => {} }, signal));
    // Only now: one that fails at once must not close a source that the others are about to read.
    for (const [index, outgoing] of this.#parts.entries()) {
      const { id, dispatch } = targets[index] ?? { id: "", dispatch: undefined };
      if (dispatch === undefined) outgoing.fail(unknownRemote(id));
      else if (!outgoing.over) dispatch(label, outgoing);
    }
    const ends = this.#parts.map((outgoing, index) => {
      const id = targets[index]?.id ?? "";
      return outgoing.catch((error: unknown) => void failed.push([named(error as PeerhoodError, id), id]));
    });
    void Promise.all(ends).then(() => {
      if (failed.length === 0) this.#settled.resolve();
      else {
        const errors = failed.map(([error]) => error);
        const ids = failed.map(([, id]) => id).join(", ");
        const summary = `The message failed for ${failed.length} of ${ends.length}: ${ids}.`;
        this.#settled.reject(new AggregateError(errors, summary));
        reportIfUnheard(
          () => this.#handled,
          () => failed.forEach(([error, id]) => onUnhandled(error, id)),
        );
      }
      if (!this.#follows) this.#progress.end();
    });
  }

  get stream(): ReadableStream<TransferProgress> {
    this.#handled = true;
    if (!this.#follows) {
      this.#follows = true;
      const ends = this.#parts.map((outgoing) => this.#follow(outgoing));
      void Promise.all(ends).then(() => this.#progress.end());
    }
    return this.#progress.stream;
  }

  protected get madeStream(): ReadableStream<TransferProgress> | undefined {
    return this.#progress.madeStream;
  }

  async cancel(reason?: unknown): Promise<void> {
    this.#handled = true;
    await Promise.all(this.#parts.map((outgoing) => outgoing.cancel(reason)));
  }

  protected promise(heard: boolean): Promise<void> {
    this.#handled ||= heard;
    return this.#settled.promise;
  }

  /** A remote that fails ends its own progress; the promise tells of it. */
  async #follow(outgoing: Outgoing): Promise<void> {
    try {
      for await (const progress of outgoing) this.#progress.push(progress);
    } catch {
      // Told by the promise.
    }
  }
}

export function createBroadcast(message: unknown, parts: BroadcastParts): Transfer {
  return new Broadcast(message, parts);
}

function named(error: PeerhoodError, remoteId: string): PeerhoodError {
  if (error.remoteId === remoteId) return error;
  return new PeerhoodError(error.code, error.message, { cause: error.cause, retryable: error.retryable, remoteId });
}
