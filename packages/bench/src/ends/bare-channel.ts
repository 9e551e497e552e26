/** What both runtimes' data channels have in common, for code that sends without a library. */
export interface BareChannel {
  send(data: Uint8Array<ArrayBuffer>): void;
  bufferedAmount(): number;
  /** `low` is called when the buffered amount falls to `bytes`; replaces what was set before. */
  whenLow(bytes: number, low: () => void): void;
  /** Tells the bytes of each message. */
  onMessage(listener: (bytes: number) => void): void;
}

/** What the two ends of a bare connection hand each other through the bench: whole descriptions, gathered. */
export interface BareDescription {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}
