/** What all logs of one remote hold together, in bytes. */
export interface KeptBytes {
  bytes: number;
}

/** A log that has grown beyond this gives its memory back when it is empty. */
const KEEP_RING_BYTES = 64 * 1_024;
const FIRST_RING_BYTES = 4 * 1_024;

/**
 * The frames of one channel that the remote has not said to have, numbered from 0, so that they can go over another
 * connection. Bytes are copied into one ring: an array for each frame would cost more than the frame.
 */
export class FrameLog {
  readonly #kept: KeptBytes;
  #ring = new Uint8Array(0);
  /** Offsets since the beginning: of the first byte that is kept, and after the last. */
  #from = 0;
  #to = 0;
  /** Lengths of the kept frames, from `#head` on. */
  #lengths: number[] = [];
  #head = 0;
  /** Those that are text; their length counts as one. */
  readonly #texts = new Map<number, string>();
  /** Number of the first frame that is kept. */
  #first = 0;
  /** What `next` gives: number and offset. */
  #cursor = 0;
  #cursorAt = 0;

  constructor(kept: KeptBytes) {
    this.#kept = kept;
  }

  /** Number of the next frame. */
  get end(): number {
    return this.#first + this.#lengths.length - this.#head;
  }

  push(frame: string | Uint8Array): void {
    if (typeof frame === "string") {
      this.#texts.set(this.end, frame);
      this.#append(new Uint8Array(1));
    } else this.#append(frame);
  }

  /**
   * The remote has all frames below that number.
   * @throws RangeError when they were never sent
   */
  trim(number: number): void {
    if (!Number.isSafeInteger(number) || number > this.end) throw new RangeError("it has got frames that never were");
    while (this.#first < number) {
      const length = this.#lengths[this.#head++] ?? 0;
      this.#texts.delete(this.#first++);
      this.#from += length;
      this.#kept.bytes -= length;
    }
    if (this.#head > 1_024 && this.#head * 2 > this.#lengths.length) {
      this.#lengths = this.#lengths.slice(this.#head);
      this.#head = 0;
    }
    if (this.#from === this.#to && this.#ring.length > KEEP_RING_BYTES) this.#ring = new Uint8Array(0);
  }

  /**
   * `next` begins with that frame; those before it are done with.
   * @throws RangeError when it is not kept any more, or never was
   */
  rewind(number: number): void {
    if (number < this.#first) throw new RangeError("it lacks frames that it had");
    this.trim(number);
    this.#cursor = number;
    this.#cursorAt = this.#from;
  }

  /** The next frame since `rewind`, `undefined` after the last. */
  next(): string | Uint8Array<ArrayBuffer> | undefined {
    if (this.#cursor < this.#first) {
      this.#cursor = this.#first;
      this.#cursorAt = this.#from;
    }
    const length = this.#lengths[this.#head + this.#cursor - this.#first];
    if (length === undefined) return undefined;
    const at = this.#cursorAt;
    this.#cursorAt += length;
    return this.#texts.get(this.#cursor++) ?? this.#read(at, length);
  }

  /** Nothing of it will be asked for. */
  clear(): void {
    this.trim(this.end);
    this.#ring = new Uint8Array(0);
  }

  #append(bytes: Uint8Array): void {
    const { length } = bytes;
    if (this.#to - this.#from + length > this.#ring.length) this.#grow(length);
    const at = this.#to % this.#ring.length;
    const fits = Math.min(length, this.#ring.length - at);
    this.#ring.set(fits === length ? bytes : bytes.subarray(0, fits), at);
    if (fits < length) this.#ring.set(bytes.subarray(fits), 0);
    this.#to += length;
    this.#lengths.push(length);
    this.#kept.bytes += length;
  }

  #grow(more: number): void {
    const kept = this.#read(this.#from, this.#to - this.#from);
    let capacity = Math.max(this.#ring.length, FIRST_RING_BYTES);
    while (capacity < kept.length + more) capacity *= 2;
    this.#ring = new Uint8Array(capacity);
    const at = this.#from % capacity;
    const fits = Math.min(kept.length, capacity - at);
    this.#ring.set(kept.subarray(0, fits), at);
    this.#ring.set(kept.subarray(fits), 0);
  }

  /** A view, or a copy of what goes around the end. */
  #read(at: number, length: number): Uint8Array<ArrayBuffer> {
    if (length === 0) return new Uint8Array(0);
    const start = at % this.#ring.length;
    const fits = Math.min(length, this.#ring.length - start);
    if (fits === length) return this.#ring.subarray(start, start + length);
    const whole = new Uint8Array(length);
    whole.set(this.#ring.subarray(start), 0);
    whole.set(this.#ring.subarray(0, length - fits), fits);
    return whole;
  }
}
