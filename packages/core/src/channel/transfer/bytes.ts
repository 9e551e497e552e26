const encoder = new TextEncoder();
// A byte order mark is text like any other; what is not UTF-8 throws.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Appends to a buffer that grows. Integers are LEB128, unsigned, up to 2^53 - 1. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** Bytes with their length in front. */
  block(value: Uint8Array): void {
    this.varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Text as UTF-8 with its length in front, straight into the buffer. Returns how many bytes the text has. */
  text(value: string): number {
    // A UTF-16 unit is up to three bytes.
    this.#reserve(8 + value.length * 3);
    const at = this.#length;
    // Most text is ASCII: then the length is known beforehand, and nothing has to move.
    this.varint(value.length);
    const guessed = this.#length;
    const { written } = encoder.encodeInto(value, this.#bytes.subarray(guessed));
    if (written !== value.length) {
      this.#length = at;
      const head = varintBytes(written);
      if (at + head !== guessed) this.#bytes.copyWithin(at + head, guessed, guessed + written);
      this.varint(written);
    }
    this.#length += written;
    return written;
  }

  /** Begins anew in the same memory: what `take` gave before is overwritten. */
  reset(): void {
    this.#length = 0;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.take());
    this.#bytes = grown;
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

/** Reads what {@link ByteWriter} wrote. Every method throws a RangeError where the bytes end too early. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#offset++];
    if (value === undefined) throw new RangeError("the frame is cut short");
    return value;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 8; count++) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
      factor *= 128;
    }
    throw new RangeError("a number is too large");
  }

  /** Passes over bytes; returns where they begin. */
  skip(count: number): number {
    const from = this.#offset;
    if (count > this.#bytes.length - from) throw new RangeError("the frame is cut short");
    this.#offset += count;
    return from;
  }

  /** A view of the frame, not a copy. */
  bytes(count: number): Uint8Array {
    const from = this.skip(count);
    return this.#bytes.subarray(from, from + count);
  }

  block(maxBytes: number): Uint8Array {
    const count = this.varint();
    if (count > maxBytes) throw new RangeError("a text is too long");
    return this.bytes(count);
  }

  text(maxBytes: number): string {
    return decodeText(this.block(maxBytes));
  }
}

export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** @throws TypeError for what is not UTF-8 */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** `chunks`, `length` bytes in all, as one. */
export function concat(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
