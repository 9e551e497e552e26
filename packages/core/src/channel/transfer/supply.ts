import { PeerhoodError, toPeerhoodError } from "../../errors.js";
import { concat } from "./bytes.js";
import { READ_AHEAD_BYTES } from "./constants.js";
import type { Source } from "./source.js";

export interface SupplyOptions {
  /** What the source must give in all, where that is known. */
  readonly size: number | undefined;
  /** There are more bytes to send. */
  readonly onReady: () => void;
  readonly onFailure: (error: PeerhoodError) => void;
}

const EMPTY = new Uint8Array(0);

/** The bytes of a message that does not go out in one piece: what is ready, sent, granted and acknowledged. */
export class Supply {
  /** Offsets in bytes: handed to the channel, granted and acknowledged. */
  sent = 0;
  limit = 0;
  received = 0;
  readonly #options: SupplyOptions;
  readonly #source: Source | undefined;
  #chunks: Uint8Array[] = [];
  #ready = 0;
  #exhausted: boolean;
  #reading = false;
  #over = false;

  constructor(content: Uint8Array | Source, options: SupplyOptions) {
    this.#options = options;
    this.#exhausted = ArrayBuffer.isView(content);
    if (!ArrayBuffer.isView(content)) this.#source = content;
    else if (content.length > 0) {
      this.#chunks.push(content);
      this.#ready = content.length;
    }
  }

  /** Bytes that could be sent now within the credit. */
  get available(): number {
    return Math.min(this.#ready, this.limit - this.sent);
  }

  /** Everything is handed over but the end of it is not told yet. */
  get drained(): boolean {
    return this.#exhausted && this.#ready === 0;
  }

  /** The next bytes, at most `count`; a view where they lie in one chunk. */
  take(count: number): Uint8Array {
    const first = this.#chunks[0] ?? EMPTY;
    let piece: Uint8Array;
    if (first.length > count) {
      piece = first.subarray(0, count);
      this.#chunks[0] = first.subarray(count);
    } else {
      piece = first;
      this.#chunks.shift();
    }
    this.#ready -= piece.length;
    this.sent += piece.length;
    this.fill();
    return piece;
  }

  /** Reads ahead, one chunk at a time. */
  fill(): void {
    if (this.#exhausted || this.#reading || this.#over || this.#ready >= READ_AHEAD_BYTES) return;
    this.#reading = true;
    void this.#read();
  }

  /** All of it, or the beginning if it is longer than `maxBytes`; `undefined` if it is over before that. */
  async readAll(maxBytes: number): Promise<Uint8Array | undefined> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    try {
      while (!this.#over && bytes <= maxBytes) {
        const chunk = await this.#source?.next();
        if (chunk === undefined) break;
        chunks.push(chunk);
        bytes += chunk.length;
      }
    } catch (error) {
      this.#fail(error);
    }
    return this.#over ? undefined : concat(chunks, bytes);
  }

  /** No more is wanted. */
  end(): void {
    this.#over = true;
    this.#chunks = [];
    this.#ready = 0;
  }

  cancel(reason: unknown): void {
    this.#source?.cancel(reason);
  }

  async #read(): Promise<void> {
    try {
      const chunk = await this.#source?.next();
      if (this.#over) return;
      if (chunk === undefined) this.#checkEnd();
      else if (chunk.length > 0) {
        this.#chunks.push(chunk);
        this.#ready += chunk.length;
      }
    } catch (error) {
      return this.#fail(error);
    } finally {
      this.#reading = false;
    }
    this.#options.onReady();
    this.fill();
  }

  /** A file that was cut or grew while it was sent must not pass for whole. */
  #checkEnd(): void {
    const { size } = this.#options;
    const read = this.sent + this.#ready;
    if (size !== undefined && read !== size) {
      throw new PeerhoodError(
        "SOURCE_FAILED",
        `The source gave ${read} bytes instead of ${size}; it changed meanwhile.`,
      );
    }
    this.#exhausted = true;
  }

  #fail(error: unknown): void {
    this.#options.onFailure(
      toPeerhoodError(error, "SOURCE_FAILED", "What was to be sent could not be read; see cause."),
    );
  }
}
