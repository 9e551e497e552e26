/**
 * For engines that lack `ReadableStream`, or whose `ReadableStream` cannot be read by `for await`. Import it first, and
 * only where such engines are served: it weighs more than peerhood itself. On a modern engine it changes nothing.
 *
 * @example
 * import "peerhood/polyfill";
 * import { Peer } from "peerhood";
 */
import * as streams from "web-streams-polyfill";

interface IteratorOptions {
  /** Leaves the stream as it is when the loop is left early. @default false */
  readonly preventCancel?: boolean;
}

if (typeof globalThis.ReadableStream === "undefined") {
  // All of them, also those that exist: the classes of two implementations cannot be piped into each other.
  for (const [name, value] of Object.entries(streams)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }
} else if (!(Symbol.asyncIterator in globalThis.ReadableStream.prototype)) {
  // The native class stays: only its streams are taken by `Response` and given by `Blob.stream()`.
  for (const name of ["values", Symbol.asyncIterator]) {
    Object.defineProperty(globalThis.ReadableStream.prototype, name, {
      value: iterate,
      writable: true,
      configurable: true,
    });
  }
}

/** `ReadableStream.prototype.values` (Streams Standard, section 4.2.5): a native reader, iterated by the polyfill. */
function iterate(
  this: ReadableStream<unknown>,
  { preventCancel = false }: IteratorOptions = {},
): AsyncIterator<unknown> {
  const reader = this.getReader();
  const source = new streams.ReadableStream<unknown>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        reader.releaseLock();
      },
      async cancel(reason) {
        const cancelling = preventCancel ? undefined : reader.cancel(reason);
        reader.releaseLock();
        await cancelling;
      },
    },
    // Nothing is read before it is asked for.
    { highWaterMark: 0 },
  );
  return source.values();
}
