import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { NOT_REPEATABLE, PREFIX_DIFFERS, type FileRequest, type OfferEntry } from "./offer.js";

const CHUNK_BYTES = 262_144;

/** Tells the receiver why; `code` arrives there as `remoteCode`. */
class RefusedRequest extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * A file from an offset on, then its SHA-256. What the receiver has already is read again, for the hash is of all; if it is
 * not what the file begins with, nothing is sent.
 */
export async function openSource(
  path: string,
  entry: OfferEntry,
  { offset, prefix }: FileRequest,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  await checkUnchanged(path, entry);
  const size = entry.size ?? 0;
  const hash = createHash("sha256");
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > size) throw differs(entry);
  if (offset > 0) {
    for await (const chunk of read(path, 0, offset, signal)) hash.update(chunk);
    if (hash.copy().digest("hex") !== prefix) throw differs(entry);
  }
  return send(path, entry, offset, hash, signal);
}

async function* send(
  path: string,
  entry: OfferEntry,
  offset: number,
  hash: Hash,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  for await (const chunk of read(path, offset, entry.size ?? 0, signal)) {
    hash.update(chunk);
    yield chunk;
  }
  await checkUnchanged(path, entry);
  yield hash.digest();
}

async function* read(path: string, start: number, end: number, signal: AbortSignal): AsyncIterable<Uint8Array> {
  if (end <= start) return;
  // `end` is the last byte that is read.
  yield* createReadStream(path, {
    start,
    end: end - 1,
    highWaterMark: CHUNK_BYTES,
    signal,
  }) as AsyncIterable<Uint8Array>;
}

async function checkUnchanged(path: string, { path: name, size, modifiedMs }: OfferEntry): Promise<void> {
  const now = await stat(path);
  if (now.size === size && now.mtimeMs === modifiedMs) return;
  throw new RefusedRequest("CHANGED", `"${name === "" ? path : name}" has changed since it was offered; send it anew.`);
}

function differs({ path }: OfferEntry): RefusedRequest {
  return new RefusedRequest(PREFIX_DIFFERS, `What is there of "${path}" is not what it begins with.`);
}

/** What comes in by a pipe can be read once, from its beginning. */
export class StdinSource {
  #taken = false;

  open({ offset }: FileRequest): AsyncIterable<Uint8Array> {
    if (this.#taken || offset !== 0) {
      throw new RefusedRequest(NOT_REPEATABLE, "What comes from a pipe can be sent once; start both sides again.");
    }
    this.#taken = true;
    return this.#send();
  }

  async *#send(): AsyncIterable<Uint8Array> {
    const hash = createHash("sha256");
    for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      yield chunk;
    }
    yield hash.digest();
  }
}
