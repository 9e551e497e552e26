/** Blocks that small pieces are gathered in: at least this much, at most `MAX_BLOCK_BYTES`. */
const MIN_BLOCK_BYTES = 64;
const MAX_BLOCK_BYTES = 16_384;

/**
 * Bytes that have arrived and that nobody has taken. A piece that is most of its frame is kept as it is, smaller ones
 * are copied together: what is held is about twice what arrived at most, however small a remote cuts it.
 */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  /** Free bytes behind the last chunk, where that is part of a block of ours. */
  #spare = 0;
  #length = 0;

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    if (2 * bytes.length >= bytes.buffer.byteLength) {
      this.#chunks.push(bytes);
      this.#spare = 0;
    } else {
      this.#copy(bytes);
    }
  }

  shift(): Uint8Array | undefined {
    const chunk = this.#chunks.shift();
    this.#length -= chunk?.length ?? 0;
    if (this.#chunks.length === 0) this.#spare = 0;
    return chunk;
  }

  clear(): void {
    this.#chunks = [];
    this.#spare = 0;
    this.#length = 0;
  }

  #copy(bytes: Uint8Array): void {
    const last = this.#chunks.at(-1);
    // Most messages are one piece: a block of exactly its size.
    if (last === undefined) return void this.#chunks.push(bytes.slice());
    const fits = Math.min(this.#spare, bytes.length);
    if (fits > 0) {
      const longer = new Uint8Array(last.buffer, last.byteOffset, last.length + fits);
      longer.set(bytes.subarray(0, fits), last.length);
      this.#chunks[this.#chunks.length - 1] = longer;
      this.#spare -= fits;
    }
    const rest = bytes.subarray(fits);
    if (rest.length === 0) return;
    const capacity = Math.max(rest.length, Math.min(MAX_BLOCK_BYTES, Math.max(MIN_BLOCK_BYTES, this.#length)));
    const block = new Uint8Array(capacity).subarray(0, rest.length);
    block.set(rest);
    this.#chunks.push(block);
    this.#spare = capacity - rest.length;
  }
}
