import type { IncomingData, TransferProgress } from "../channel/transfer/index.js";
import { LazyStreamPromise } from "../channel/transfer/stream-promise.js";

/**
 * The `data` of a request without a payload. Its message is taken at once: a handler that has nothing to read would
 * otherwise hold it, and many of them all that the remote may have unread.
 */
export class NoData extends LazyStreamPromise<undefined, Uint8Array> implements IncomingData {
  #stream: ReadableStream<Uint8Array> | undefined;

  get stream(): ReadableStream<Uint8Array> {
    return (this.#stream ??= emptyStream());
  }

  protected get madeStream(): ReadableStream<Uint8Array> | undefined {
    return this.#stream;
  }

  progress(): ReadableStream<TransferProgress> {
    return emptyStream();
  }

  async cancel(): Promise<void> {}

  protected promise(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

function emptyStream<T>(): ReadableStream<T> {
  return new ReadableStream({ start: (controller) => controller.close() });
}
