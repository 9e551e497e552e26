import type { PeerSnapshot } from "@peerhood/core";

/** Gives it to the reader as a file; works without a secure context, where there is no clipboard. */
export function saveSnapshot(snapshot: PeerSnapshot): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(snapshot, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `peerhood-${new Date().toISOString().replace(/[:.]/g, "-")}.json`;
  link.click();
  URL.revokeObjectURL(url);
}
