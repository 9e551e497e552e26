import { PeerhoodError } from "../../errors.js";
import { encodeText } from "./bytes.js";
import { MAX_INLINE_CHARS, MAX_META_BYTES, SNAPSHOT_BYTES } from "./constants.js";
import type { CopyPool } from "./copy-pool.js";
import type { Kind, Meta } from "./frame.js";
import { blobSource, iterableSource, SharedSource, streamSource, type Source } from "./source.js";

/** A message ready to be sent, once or to several remotes. */
export class Payload {
  readonly kind: Kind;
  /** {@link Meta} as JSON. */
  readonly meta: Uint8Array | undefined;
  /** All of it, where it is short text: that is encoded straight into its frame. */
  readonly text: string | undefined;
  /** The bytes from the beginning, where they are not in memory. */
  readonly open: (() => Source) | undefined;
  readonly #size: number | undefined;
  #bytes: Uint8Array | undefined;

  constructor(kind: Kind, meta: Uint8Array | undefined, content: string | Uint8Array | StoredContent) {
    this.kind = kind;
    this.meta = meta;
    if (typeof content === "string") this.text = content;
    else if (ArrayBuffer.isView(content)) this.#bytes = content;
    else {
      this.open = content.open;
      this.#size = content.size;
    }
  }

  /** All of it, where it is in memory. */
  get bytes(): Uint8Array | undefined {
    if (this.#bytes === undefined && this.text !== undefined) this.#bytes = encodeText(this.text);
    return this.#bytes;
  }

  /** Bytes in all; `undefined` where nobody knows. */
  get size(): number | undefined {
    return this.open === undefined ? this.bytes?.length : this.#size;
  }
}

interface StoredContent {
  readonly size: number | undefined;
  readonly open: () => Source;
}

/**
 * Kinds are told by `ArrayBuffer.isView` and tags, because test runners and frames have classes of their own.
 * @throws PeerhoodError `UNSUPPORTED_PAYLOAD`, `INVALID_ARGUMENT` (info)
 */
export function createPayload(message: unknown, info: unknown, pool?: CopyPool): Payload {
  if (typeof message === "string") return textPayload("string", message, info);
  if (ArrayBuffer.isView(message)) {
    // What subclasses make of `slice` is their own affair: Node's Buffer gives a view.
    if (Object.getPrototypeOf(message) === Uint8Array.prototype) return bytesPayload(message as Uint8Array, info, pool);
    return bytesPayload(new Uint8Array(message.buffer, message.byteOffset, message.byteLength), info, pool);
  }
  const tag = Object.prototype.toString.call(message);
  if (tag === "[object ArrayBuffer]" || tag === "[object SharedArrayBuffer]") {
    return bytesPayload(new Uint8Array(message as ArrayBuffer), info, pool);
  }
  if (tag === "[object Blob]" || tag === "[object File]") return blobPayload(message as File, tag, info);
  if (typeof (message as ReadableStream | undefined)?.getReader === "function") {
    return streamPayload(() => streamSource(message as ReadableStream), info);
  }
  if (typeof (message as AsyncIterable<unknown> | undefined)?.[Symbol.asyncIterator] === "function") {
    return streamPayload(() => iterableSource(message as AsyncIterable<unknown>), info);
  }
  return textPayload("json", toJson(message), info);
}

function textPayload(kind: Kind, text: string, info: unknown): Payload {
  return new Payload(kind, createMeta({ info }), text.length <= MAX_INLINE_CHARS ? text : encodeText(text));
}

/** Small messages are sent at the end of the turn; the caller may change its buffer before that. */
function bytesPayload(bytes: Uint8Array, info: unknown, pool: CopyPool | undefined): Payload {
  const own = bytes.length > SNAPSHOT_BYTES ? bytes : (pool?.copy(bytes) ?? bytes.slice());
  return new Payload("binary", createMeta({ info }), own);
}

function blobPayload(blob: File, tag: string, info: unknown): Payload {
  const { size, type, name, lastModified } = blob;
  const isFile = tag === "[object File]";
  const meta = createMeta({ info, type, ...(isFile ? { name, lastModified } : {}) });
  return new Payload(isFile ? "file" : "blob", meta, { size, open: () => blobSource(blob) });
}

function streamPayload(open: () => Source, info: unknown): Payload {
  let shared: SharedSource | undefined;
  return new Payload("binary", createMeta({ info }), {
    size: undefined,
    open: () => (shared ??= new SharedSource(open())).open(),
  });
}

function createMeta(meta: Meta): Uint8Array | undefined {
  if (meta.info === undefined && meta.type === undefined) return undefined;
  let json: string;
  try {
    json = JSON.stringify(meta);
  } catch (error) {
    throw new PeerhoodError("INVALID_ARGUMENT", "info can not be turned into JSON; see cause.", { cause: error });
  }
  const bytes = encodeText(json);
  if (bytes.length > MAX_META_BYTES) {
    throw new PeerhoodError(
      "INVALID_ARGUMENT",
      `info is ${bytes.length} bytes as JSON, more than ${MAX_META_BYTES}. Send what is larger as a message.`,
    );
  }
  return bytes;
}

function toJson(message: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(message);
  } catch (error) {
    throw unsupported(message, error);
  }
  if (json === undefined) throw unsupported(message);
  return json;
}

function unsupported(message: unknown, cause?: unknown): PeerhoodError {
  return new PeerhoodError(
    "UNSUPPORTED_PAYLOAD",
    `A ${typeof message} can not be sent: send a string, bytes, a Blob, a stream of bytes, or what JSON can hold.`,
    { cause },
  );
}
