import type { Endpoint } from "../network/endpoints.js";
import type { Chunk } from "./chunk.js";

/** Comes back with the response, in place of a transaction id. */
export interface CheckStamp {
  /** Key of the candidate that the check went to. */
  readonly candidate: string;
  readonly generation: number;
  readonly sentAtMs: number;
}

/** What travels between two simulated connections, by reference: nothing is encoded. */
export type Datagram =
  | {
      readonly kind: "check";
      readonly stamp: CheckStamp;
      /** Credentials of the receiver, as the sender knows them (RFC 8445 section 7.2.2). */
      readonly ufrag: string;
      readonly password: string;
    }
  | { readonly kind: "check-response"; readonly stamp: CheckStamp }
  | { readonly kind: "handshake"; readonly step: number; readonly fingerprint: string }
  /** DTLS close_notify: the sender is gone. */
  | { readonly kind: "alert" }
  | { readonly kind: "chunk"; readonly chunk: Chunk };

export type DatagramEndpoint = Endpoint<Datagram>;
