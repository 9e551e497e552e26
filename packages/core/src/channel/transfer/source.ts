import { PeerhoodError } from "../../errors.js";
import { BROADCAST_WINDOW_BYTES, SLICE_BYTES } from "./constants.js";

/** Where the bytes of one outgoing transfer come from. */
export interface Source {
  /** The next bytes, of any length; `undefined` at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** No more will be asked for. */
  cancel(reason: unknown): void;
}

/** A Blob or File, read in slices: never whole. */
export function blobSource(blob: Blob): Source {
  let offset = 0;
  return {
    next: async () => {
      if (offset >= blob.size) return undefined;
      const slice = blob.slice(offset, offset + SLICE_BYTES);
      offset += SLICE_BYTES;
      return new Uint8Array(await slice.arrayBuffer());
    },
    cancel: () => {},
  };
}

export function streamSource(stream: ReadableStream<unknown>): Source {
  const reader = stream.getReader();
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? undefined : toBytes(value);
    },
    cancel: (reason) => void reader.cancel(reason).catch(() => {}),
  };
}

export function iterableSource(iterable: AsyncIterable<unknown>): Source {
  const iterator = iterable[Symbol.asyncIterator]();
  return {
    next: async () => {
      const { done, value } = await iterator.next();
      return done === true ? undefined : toBytes(value);
    },
    cancel: () =>
      void Promise.resolve()
        .then(() => iterator.return?.())
        .catch(() => {}),
  };
}

/** @throws PeerhoodError `SOURCE_FAILED` */
function toBytes(chunk: unknown): Uint8Array {
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (Object.prototype.toString.call(chunk) === "[object ArrayBuffer]") return new Uint8Array(chunk as ArrayBuffer);
  if (typeof chunk === "string") return new TextEncoder().encode(chunk);
  throw new PeerhoodError(
    "SOURCE_FAILED",
    `A stream to send gave a chunk that is no bytes but ${chunk === null ? "null" : typeof chunk}.`,
  );
}

/**
 * One source for several remotes: read once, at the pace of the fastest, kept for the slower ones within a window. A
 * remote that falls further behind fails alone.
 */
export class SharedSource {
  readonly #source: Source;
  readonly #chunks: Uint8Array[] = [];
  readonly #readers = new Set<{ next: number; failed: boolean }>();
  /** Number of the first of `#chunks`. */
  #first = 0;
  #bytes = 0;
  #reading: Promise<void> | undefined;
  #end: { readonly error?: unknown } | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  open(): Source {
    const reader = { next: 0, failed: false };
    this.#readers.add(reader);
    return {
      next: async () => {
        for (;;) {
          if (reader.failed) throw tooSlow();
          const chunk = this.#chunks[reader.next - this.#first];
          if (chunk !== undefined) {
            reader.next++;
            this.#trim();
            return chunk;
          }
          if (this.#end !== undefined) {
            if ("error" in this.#end) throw this.#end.error;
            return undefined;
          }
          await (this.#reading ??= this.#read());
        }
      },
      cancel: (reason) => {
        this.#readers.delete(reader);
        if (this.#readers.size === 0 && this.#end === undefined) this.#source.cancel(reason);
        else this.#trim();
      },
    };
  }

  async #read(): Promise<void> {
    try {
      const chunk = await this.#source.next();
      if (chunk === undefined) this.#end = {};
      else {
        this.#chunks.push(chunk);
        this.#bytes += chunk.length;
        while (this.#bytes > BROADCAST_WINDOW_BYTES && this.#chunks.length > 1) this.#dropFirst();
      }
    } catch (error) {
      this.#end = { error };
    } finally {
      this.#reading = undefined;
    }
  }

  /** The window is full: whoever still needs its oldest chunk is too slow. */
  #dropFirst(): void {
    for (const reader of this.#readers) if (reader.next <= this.#first) reader.failed = true;
    this.#shift();
  }

  #trim(): void {
    while (this.#chunks.length > 0) {
      for (const reader of this.#readers) if (!reader.failed && reader.next <= this.#first) return;
      this.#shift();
    }
  }

  #shift(): void {
    this.#bytes -= this.#chunks.shift()?.length ?? 0;
    this.#first++;
  }
}

function tooSlow(): PeerhoodError {
  return new PeerhoodError(
    "REMOTE_TOO_SLOW",
    `This remote fell more than ${BROADCAST_WINDOW_BYTES} bytes behind the fastest one of a broadcast stream. Send it ` +
      "the stream on its own.",
  );
}
