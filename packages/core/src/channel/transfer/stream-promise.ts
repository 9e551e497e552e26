/**
 * A promise and a stream in one, by interface. Neither is made before it is used: a native stream costs more than a
 * short message does.
 */
export interface StreamPromise<Value, Chunk> extends Promise<Value> {
  /** The native stream behind it. */
  readonly stream: ReadableStream<Chunk>;
  readonly locked: boolean;
  getReader(): ReadableStreamDefaultReader<Chunk>;
  pipeTo(destination: WritableStream<Chunk>, options?: PipeOptions): Promise<void>;
  pipeThrough<Out>(
    pair: { readonly readable: ReadableStream<Out>; readonly writable: WritableStream<Chunk> },
    options?: PipeOptions,
  ): ReadableStream<Out>;
  tee(): [ReadableStream<Chunk>, ReadableStream<Chunk>];
  cancel(reason?: unknown): Promise<void>;
  [Symbol.asyncIterator](): AsyncIterableIterator<Chunk>;
}

export interface PipeOptions {
  readonly preventAbort?: boolean;
  readonly preventCancel?: boolean;
  readonly preventClose?: boolean;
  readonly signal?: AbortSignal;
}

/** The part of a {@link StreamPromise} that follows from `promise()`, `stream` and `cancel`. */
export abstract class LazyStreamPromise<Value, Chunk> implements StreamPromise<Value, Chunk> {
  abstract readonly stream: ReadableStream<Chunk>;
  abstract cancel(reason?: unknown): Promise<void>;
  /** The promise; `heard` if its failure is taken care of from now on. It is never an unhandled rejection itself. */
  protected abstract promise(heard: boolean): Promise<Value>;
  /** The stream if there is one already. */
  protected abstract readonly madeStream: ReadableStream<Chunk> | undefined;

  /** It is sure that the promise does not reject. */
  protected get fulfilled(): boolean {
    return false;
  }

  get [Symbol.toStringTag](): string {
    return "Promise";
  }

  get locked(): boolean {
    return this.madeStream?.locked ?? false;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- being both is the point of it
  then<A = Value, B = never>(
    onFulfilled?: ((value: Value) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const heard = typeof onRejected === "function";
    const promise = this.promise(heard);
    if (heard || this.fulfilled) return promise.then(onFulfilled, onRejected);
    return harmless(promise, promise.then(onFulfilled));
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<Value | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Value> {
    const promise = this.promise(false);
    return harmless(promise, promise.finally(onFinally));
  }

  getReader(): ReadableStreamDefaultReader<Chunk> {
    return this.stream.getReader();
  }

  pipeTo(destination: WritableStream<Chunk>, options?: PipeOptions): Promise<void> {
    return this.stream.pipeTo(destination, options);
  }

  pipeThrough<Out>(
    pair: { readonly readable: ReadableStream<Out>; readonly writable: WritableStream<Chunk> },
    options?: PipeOptions,
  ): ReadableStream<Out> {
    return this.stream.pipeThrough(pair, options);
  }

  tee(): [ReadableStream<Chunk>, ReadableStream<Chunk>] {
    return this.stream.tee();
  }

  /** By a reader, because not every engine's stream can be iterated. Leaving the loop early cancels the stream. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk, void, undefined> {
    const reader = this.getReader();
    let finished = false;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          finished = true;
          return;
        }
        yield value;
      }
    } catch (error) {
      finished = true;
      throw error;
    } finally {
      if (!finished) reader.cancel().catch(() => {});
      reader.releaseLock();
    }
  }
}

/**
 * What the remote does must not end a process through `data.then(show)` without a second handler: then a failure of
 * `promise` is no unhandled rejection of `derived`. A handler that throws is the application's, and stays one.
 */
function harmless<T>(promise: Promise<unknown>, derived: Promise<T>): Promise<T> {
  promise.catch(() => derived.catch(() => {}));
  return derived;
}
