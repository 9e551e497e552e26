import { createDeferred, type Deferred } from "../../util/deferred.js";

/** How far a transfer is. Bytes: what the other side has acknowledged when sending, what has arrived when receiving. */
export interface TransferProgress {
  /** Id of the remote. */
  readonly id: string;
  readonly label: string;
  readonly current: number;
  /** `undefined` where the size is unknown. */
  readonly total: number | undefined;
  /** The last value of this remote. */
  readonly done: boolean;
}

/** Progress as a stream that holds nothing up: of each remote a slow reader gets the latest value. */
export class ProgressFeed {
  readonly #latest = new Map<string, TransferProgress>();
  #wanted: Deferred<void> | undefined;
  #ended = false;
  #error: unknown;
  #stream: ReadableStream<TransferProgress> | undefined;

  get madeStream(): ReadableStream<TransferProgress> | undefined {
    return this.#stream;
  }

  get stream(): ReadableStream<TransferProgress> {
    this.#stream ??= new ReadableStream<TransferProgress>(
      {
        pull: async (controller) => {
          if (this.#latest.size === 0 && !this.#ended) await (this.#wanted = createDeferred()).promise;
          const next = this.#latest.values().next();
          if (!next.done) {
            this.#latest.delete(next.value.id);
            controller.enqueue(next.value);
          } else if (this.#error === undefined) controller.close();
          else controller.error(this.#error);
        },
      },
      { highWaterMark: 0 },
    );
    return this.#stream;
  }

  push(progress: TransferProgress): void {
    if (this.#ended) return;
    this.#latest.set(progress.id, progress);
    this.#wake();
  }

  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake();
  }

  #wake(): void {
    this.#wanted?.resolve();
    this.#wanted = undefined;
  }
}
