import type { IncomingData, Transfer } from "peerhood";
import { NO_PROGRESS, transferStore, type TransferSnapshot } from "peerhood/store";
import { useMemo } from "react";
import { useStore } from "./use-store.js";

/**
 * How far a transfer is: what `send` returned, or `data` of a message that arrives. It goes on whether this is mounted or
 * not; `transfer.cancel()` ends it.
 */
export function useTransfer(transfer: Transfer | IncomingData | undefined): TransferSnapshot {
  const store = useMemo(() => (transfer === undefined ? undefined : transferStore(transfer)), [transfer]);
  return useStore(store, NO_PROGRESS);
}
