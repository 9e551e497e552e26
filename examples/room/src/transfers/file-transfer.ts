import type { Leg } from "./leg.js";

/** The channel that files take, and that chat does not. */
export const FILES = "files";
export const CHAT = "chat";

/** One file, to one or several remotes or from one. */
export interface FileTransfer {
  readonly direction: "in" | "out";
  readonly name: string;
  /** Bytes, where the sender knows. */
  readonly size: number | undefined;
  readonly legs: readonly Leg[];
  /** The file that arrived; `undefined` for one that was sent, or did not make it. Never rejects. */
  readonly finished: Promise<Blob | undefined>;
}
