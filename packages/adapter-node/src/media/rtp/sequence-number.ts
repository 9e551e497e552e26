/** Makes 16-bit sequence numbers into ones that do not wrap, near the last. The first is itself plus 65,536. */
export class SequenceUnwrapper {
  #last: number | undefined;

  unwrap(sequenceNumber: number): number {
    if (this.#last === undefined) return (this.#last = sequenceNumber + 0x10000);
    const distance = ((sequenceNumber - this.#last + 0x8000) & 0xffff) - 0x8000;
    const unwrapped = this.#last + distance;
    if (distance > 0) this.#last = unwrapped;
    return unwrapped;
  }
}

/** `a - b` of 32-bit timestamps that wrap, from -2^31 to 2^31 - 1. */
export function timestampDistance(a: number, b: number): number {
  return (a - b) | 0;
}
