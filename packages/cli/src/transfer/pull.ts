import { createHash, type Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { isPeerhoodError, type RemotePeer } from "peerhood";
import { CliError, EXIT } from "../exit-codes.js";
import { harmless } from "../format.js";
import { DIGEST_BYTES, FILE, PREFIX_DIFFERS, type FileRequest, type OfferEntry } from "./offer.js";

/** The sender reads what we have once more before it answers, and that may be many gigabytes. */
const ANSWER_WITHIN_MS = 3_600_000;
const READ_BYTES = 1_048_576;

/** Where the bytes of one entry go. */
export interface Sink {
  readonly offset: number;
  /** Of what is before the offset; goes on with what is written. */
  readonly hash: Hash;
  write(bytes: Uint8Array): Promise<void>;
}

export interface PullOptions {
  readonly remote: RemotePeer;
  readonly item: number;
  readonly entry: number;
  readonly signal: AbortSignal;
  /** Bytes more than before; negative where they had to be thrown away. `kept`: they were there already. */
  readonly onBytes: (bytes: number, kept?: boolean) => void;
}

/** A file on disk, from where it ends. What is longer than it should be is not the beginning of it. */
export class FileSink implements Sink {
  readonly #file: FileHandle;
  readonly hash: Hash;
  readonly offset: number;
  #position: number;

  private constructor(file: FileHandle, hash: Hash, offset: number) {
    this.#file = file;
    this.hash = hash;
    this.offset = offset;
    this.#position = offset;
  }

  static async open(file: FileHandle, entry: OfferEntry, signal: AbortSignal): Promise<FileSink> {
    const { size } = await file.stat();
    const hash = createHash("sha256");
    if (entry.size === null || size > entry.size) return FileSink.restart(file);
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, Math.max(1, size)));
    let at = 0;
    while (at < size) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - at), at);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    return new FileSink(file, hash, at);
  }

  static async restart(file: FileHandle): Promise<FileSink> {
    await file.truncate(0);
    return new FileSink(file, createHash("sha256"), 0);
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, this.#position);
      at += bytesWritten;
      this.#position += bytesWritten;
    }
  }
}

/** Gets one entry into a file, going on where that ends. @throws CliError `HASH_MISMATCH` */
export async function pullToFile(file: FileHandle, entry: OfferEntry, options: PullOptions): Promise<void> {
  const sink = await FileSink.open(file, entry, options.signal);
  let counted = sink.offset;
  const counting = {
    ...options,
    onBytes: (bytes: number) => {
      counted += bytes;
      options.onBytes(bytes);
    },
  };
  options.onBytes(sink.offset, true);
  try {
    await pull(sink, entry, counting);
  } catch (error) {
    const isOther = isPeerhoodError(error) && error.remoteCode === PREFIX_DIFFERS && sink.offset > 0;
    const isBroken = error instanceof CliError && error.code === "HASH_MISMATCH";
    if (!isOther && !isBroken) throw error;
    // Of no use to anybody.
    options.onBytes(-sink.offset, true);
    options.onBytes(sink.offset - counted);
    const empty = await FileSink.restart(file);
    if (isBroken) throw error;
    await pull(empty, entry, options);
  }
}

/**
 * Gets what is behind the offset, and checks the hash of all.
 * @throws CliError `HASH_MISMATCH`; PeerhoodError `REQUEST_FAILED` and those of a connection that ends
 */
export async function pull(
  sink: Sink,
  { size, path }: OfferEntry,
  { remote, item, entry, signal, onBytes }: PullOptions,
): Promise<void> {
  const { offset, hash } = sink;
  const request: FileRequest = { item, entry, offset, prefix: hash.copy().digest("hex") };
  const reader = remote.request(FILE, request, { timeoutMs: ANSWER_WITHIN_MS, signal }).getReader();
  // The last bytes may be the digest, whatever the size is.
  let held: Uint8Array = new Uint8Array(0);
  let position = offset;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const all = held.length === 0 ? value : Buffer.concat([held, value]);
      const bytes = all.subarray(0, Math.max(0, all.length - DIGEST_BYTES));
      held = all.slice(bytes.length);
      if (size !== null && position + bytes.length > size) throw mismatch(path, "is longer than it was said to be");
      if (bytes.length === 0) continue;
      hash.update(bytes);
      await sink.write(bytes);
      position += bytes.length;
      onBytes(bytes.length);
    }
  } catch (error) {
    await reader.cancel(error).catch(() => {});
    throw error;
  }
  if (size !== null && position < size) throw mismatch(path, "is shorter than it was said to be");
  if (!hash.digest().equals(held)) throw mismatch(path, "is not what was sent: its SHA-256 differs");
}

function mismatch(path: string, what: string): CliError {
  const name = path === "" ? "What arrived" : `What arrived as "${harmless(path)}"`;
  return new CliError(EXIT.notGenuine, "HASH_MISMATCH", `${name} ${what}. It was thrown away; try again.`);
}
