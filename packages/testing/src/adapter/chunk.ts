/** What SCTP carries for one channel (RFC 4960 section 3.3, RFC 6525, RFC 3758), whole: fragments are only counted. */
export type Chunk =
  | {
      readonly kind: "message";
      readonly channelId: number;
      readonly data: string | ArrayBuffer;
      readonly ordered: boolean;
      /** Counts the messages of an ordered channel, 0 first. */
      readonly sequence: number;
    }
  /** An ordered message was given up: do not wait for it. */
  | { readonly kind: "skip"; readonly channelId: number; readonly sequence: number }
  /** The sender has closed its end; `answers` if the receiver did so first. */
  | { readonly kind: "reset"; readonly channelId: number; readonly answers: boolean }
  /** DATA_CHANNEL_OPEN of RFC 8832: the channel is not negotiated. */
  | { readonly kind: "open"; readonly channelId: number; readonly label: string };
