/** One side of showing one other member that both know the password, in one attempt. */
export interface PasswordRun {
  /** What the other side is told, in the clear. */
  readonly share: Uint8Array;
  /** A key that both sides have if they know the same password; `undefined` for a share that no honest side sends. */
  finish(theirShare: Uint8Array, myData: Uint8Array, theirData: Uint8Array): Uint8Array | undefined;
}

/** A member during one stay. */
export interface Stay {
  readonly id: string;
  readonly instance: string;
}

/** `random` is 32 fresh bytes. */
export type BeginPasswordRun = (topic: string, mine: Stay, theirs: Stay, random: Uint8Array) => PasswordRun;
