// CPACE-RISTR255-SHA512 of draft-irtf-cfrg-cpace-21. Loaded by import(), where a password is used.
import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { compareBytes, concat, concatWithLengths } from "./bytes.js";
import { SHARE_BYTES } from "./constants.js";

const encoder = new TextEncoder();
/** Section 8.3. */
const DSI = encoder.encode("CPaceRistretto255");
const DSI_ISK = encoder.encode("CPaceRistretto255_ISK");
/** Input block of SHA-512: the password is padded so that all of it is in the first one (section 8.1). */
const BLOCK_BYTES = 128;

type Point = InstanceType<typeof ristretto255.Point>;

export interface CpaceInput {
  /** PRS: what both sides must know. */
  readonly password: Uint8Array;
  /** CI: who talks with whom, where. */
  readonly channel: Uint8Array;
  /** sid: new for each run. */
  readonly session: Uint8Array;
}

/** One side of one run. Who has recorded all of it, or has taken part, can test one password: the one it came with. */
export class Cpace {
  readonly share: Uint8Array;
  readonly #scalar: bigint;
  readonly #session: Uint8Array;

  /** `random` is 32 fresh bytes. */
  constructor(input: CpaceInput, random: Uint8Array) {
    this.#session = input.session;
    this.#scalar = toScalar(random);
    this.share = createGenerator(input).multiply(this.#scalar).toBytes();
  }

  /**
   * The intermediate session key, 64 bytes, the same on both sides if their passwords and associated data are, whoever
   * comes first. `undefined` for a share that no honest side sends.
   */
  finish(theirShare: Uint8Array, myData: Uint8Array, theirData: Uint8Array): Uint8Array | undefined {
    const secret = multiplyVerified(this.#scalar, theirShare);
    if (secret === undefined) return undefined;
    const mine = concatWithLengths(this.share, myData);
    const theirs = concatWithLengths(theirShare, theirData);
    // transcript_oc, appendix A.3.3: "oc", then the larger first.
    const ordered = compareBytes(mine, theirs) > 0 ? [mine, theirs] : [theirs, mine];
    return sha512(concat(concatWithLengths(DSI_ISK, this.#session, secret), encoder.encode("oc"), ...ordered));
  }
}

/** generator_string of section 7.1. */
export function generatorString({ password, channel, session }: CpaceInput): Uint8Array {
  const used = concatWithLengths(DSI, password).length;
  const padding = new Uint8Array(Math.max(0, BLOCK_BYTES - 1 - used));
  return concatWithLengths(DSI, password, padding, channel, session);
}

export function createGenerator(input: CpaceInput): Point {
  const point = ristretto255_hasher.deriveToCurve?.(sha512(generatorString(input)));
  if (point === undefined) throw new Error("This version of @noble/curves has no ristretto255.");
  return point;
}

/** Section 8.3: 252 bits, little-endian. */
export function toScalar(random: Uint8Array): bigint {
  const bytes = random.slice(0, SHARE_BYTES);
  bytes[31] = (bytes[31] ?? 0) & 0x0f;
  return bytesToNumberLE(bytes);
}

/** scalar_mult_vfy of section 8.3; `undefined` for the neutral element and for what encodes none. */
export function multiplyVerified(scalar: bigint, encoded: Uint8Array): Uint8Array | undefined {
  let point: Point;
  try {
    point = ristretto255.Point.fromBytes(encoded);
  } catch {
    return undefined;
  }
  return point.is0() ? undefined : point.multiply(scalar).toBytes();
}
