import { COPY_BLOCK_BYTES, SHARED_COPY_BYTES } from "./constants.js";

/** Copies of small payloads, many of them in one block of memory. */
export class CopyPool {
  #block = new Uint8Array(0);
  #used = 0;

  copy(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (length > SHARED_COPY_BYTES) return bytes.slice();
    if (this.#used + length > this.#block.length) {
      this.#block = new Uint8Array(COPY_BLOCK_BYTES);
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += length;
    this.#block.set(bytes, from);
    return this.#block.subarray(from, this.#used);
  }
}
