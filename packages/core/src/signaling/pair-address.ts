/** One attempt of two members to meet. */
export interface PairAddress {
  readonly id: string;
  readonly instance: string;
  readonly localPair: number;
  readonly remotePair: number;
}
