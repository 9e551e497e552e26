/**
 * Random numbers that are the same for the same seed: sfc32 by Chris Doty-Humphrey (PractRand), 128 bits of state.
 * Not for secrets.
 */
export class SeededRandom {
  readonly #seed: string;
  readonly #state: Uint32Array;

  constructor(seed: number | string) {
    this.#seed = String(seed);
    this.#state = new Uint32Array([hash(this.#seed, 1), hash(this.#seed, 2), hash(this.#seed, 3), 1]);
    // The generator's author runs it a dozen times so that similar seeds part.
    for (let round = 0; round < 12; round++) this.next();
  }

  /** Evenly out of 0 (included) to 1 (not included), in steps of 2^-32. */
  next(): number {
    const [a = 0, b = 0, c = 0, counter = 0] = this.#state;
    const result = (a + b + counter) >>> 0;
    this.#state[0] = b ^ (b >>> 9);
    this.#state[1] = c + (c << 3);
    this.#state[2] = ((c << 21) | (c >>> 11)) + result;
    this.#state[3] = counter + 1;
    return result / 4_294_967_296;
  }

  /** An integer out of 0 to `end - 1`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** True with that probability, 0 to 1. Certain outcomes use no randomness. */
  chance(probability: number): boolean {
    return probability > 0 && (probability >= 1 || this.next() < probability);
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** A generator of its own for one part, so that what others draw does not change it. */
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${name}`);
  }
}

/** FNV-1a over the characters, 32 bits, `salt` for independent results. */
function hash(text: string, salt: number): number {
  let value = 0x811c9dc5 ^ Math.imul(salt, 0x9e3779b1);
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
