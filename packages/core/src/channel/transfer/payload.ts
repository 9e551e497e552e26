import { PeerhoodError } from "../../errors.js";
import { MAX_META_BYTES, SNAPSHOT_BYTES } from "./constants.js";
import type { Kind, Meta } from "./frame.js";
import { blobSource, iterableSource, SharedSource, streamSource, type Source } from "./source.js";

/** A message ready to be sent, once or to several remotes. */
export interface Payload {
  readonly kind: Kind;
  readonly size: number | undefined;
  /** {@link Meta} as JSON. */
  readonly meta: Uint8Array | undefined;
  /** All of it, where it is in memory. */
  readonly bytes: Uint8Array | undefined;
  /** The bytes from the beginning, where it is not. */
  open(): Source;
}

/**
 * Kinds are told by `ArrayBuffer.isView` and tags, because test runners and frames have classes of their own.
 * @throws PeerhoodError `UNSUPPORTED_PAYLOAD`, `INVALID_ARGUMENT` (info)
 */
export function createPayload(message: unknown, info: unknown): Payload {
  const tag = Object.prototype.toString.call(message);
  if (typeof message === "string") return inMemory("string", new TextEncoder().encode(message), info);
  if (ArrayBuffer.isView(message)) {
    return inMemory("binary", snapshot(new Uint8Array(message.buffer, message.byteOffset, message.byteLength)), info);
  }
  if (tag === "[object ArrayBuffer]" || tag === "[object SharedArrayBuffer]") {
    return inMemory("binary", snapshot(new Uint8Array(message as ArrayBuffer)), info);
  }
  if (tag === "[object Blob]" || tag === "[object File]") return blobPayload(message as File, tag, info);
  if (typeof (message as ReadableStream | undefined)?.getReader === "function") {
    return streamPayload(() => streamSource(message as ReadableStream), info);
  }
  if (typeof (message as AsyncIterable<unknown> | undefined)?.[Symbol.asyncIterator] === "function") {
    return streamPayload(() => iterableSource(message as AsyncIterable<unknown>), info);
  }
  return inMemory("json", encodeJson(message), info);
}

function inMemory(kind: Kind, bytes: Uint8Array, info: unknown): Payload {
  const meta = createMeta({ info });
  return { kind, size: bytes.length, meta, bytes, open: () => blobSource(new Blob()) };
}

function blobPayload(blob: File, tag: string, info: unknown): Payload {
  const { size, type, name, lastModified } = blob;
  const isFile = tag === "[object File]";
  const meta = createMeta({ info, type, ...(isFile ? { name, lastModified } : {}) });
  return { kind: isFile ? "file" : "blob", size, meta, bytes: undefined, open: () => blobSource(blob) };
}

function streamPayload(open: () => Source, info: unknown): Payload {
  let shared: SharedSource | undefined;
  const meta = createMeta({ info });
  return {
    kind: "binary",
    size: undefined,
    meta,
    bytes: undefined,
    open: () => (shared ??= new SharedSource(open())).open(),
  };
}

function createMeta(meta: Meta): Uint8Array | undefined {
  if (meta.info === undefined && meta.type === undefined) return undefined;
  let json: string;
  try {
    json = JSON.stringify(meta);
  } catch (error) {
    throw new PeerhoodError("INVALID_ARGUMENT", "info can not be turned into JSON; see cause.", { cause: error });
  }
  const bytes = new TextEncoder().encode(json);
  if (bytes.length > MAX_META_BYTES) {
    throw new PeerhoodError(
      "INVALID_ARGUMENT",
      `info is ${bytes.length} bytes as JSON, more than ${MAX_META_BYTES}. Send what is larger as a message.`,
    );
  }
  return bytes;
}

function encodeJson(message: unknown): Uint8Array {
  let json: string | undefined;
  try {
    json = JSON.stringify(message);
  } catch (error) {
    throw unsupported(message, error);
  }
  if (json === undefined) throw unsupported(message);
  return new TextEncoder().encode(json);
}

/** Small messages are sent at the end of the turn; the caller may change its buffer before that. */
function snapshot(bytes: Uint8Array): Uint8Array {
  return bytes.length <= SNAPSHOT_BYTES ? bytes.slice() : bytes;
}

function unsupported(message: unknown, cause?: unknown): PeerhoodError {
  return new PeerhoodError(
    "UNSUPPORTED_PAYLOAD",
    `A ${typeof message} can not be sent: send a string, bytes, a Blob, a stream of bytes, or what JSON can hold.`,
    { cause },
  );
}
