import type { IncomingData, Transfer, TransferProgress } from "../channel/transfer/index.js";
import { isPeerhoodError, toPeerhoodError, type PeerhoodError } from "../errors.js";
import { Listeners, type Store } from "./store.js";

export interface TransferSnapshot {
  readonly status: "running" | "done" | "failed";
  /** Bytes that have arrived; to several remotes, of all together. */
  readonly current: number;
  /** Bytes there are in all; `undefined` where nobody knows. */
  readonly total: number | undefined;
  /** 0 to 1; `undefined` where nobody knows. */
  readonly fraction: number | undefined;
  /** The last step to, or from, each remote, by its id. */
  readonly remotes: ReadonlyMap<string, TransferProgress>;
  readonly error: PeerhoodError | undefined;
}

export const NO_PROGRESS: TransferSnapshot = {
  status: "running",
  current: 0,
  total: undefined,
  fraction: undefined,
  remotes: new Map(),
  error: undefined,
};

/** Progress can be read once: whoever asks for the store of a transfer gets the same one. */
const stores = new WeakMap<Transfer | IncomingData, Store<TransferSnapshot>>();

/**
 * How far a transfer is, of `send` or of a message that arrives. Reads its progress from the first subscription on; the
 * transfer itself goes on whether anybody is subscribed or not.
 */
export function transferStore(transfer: Transfer | IncomingData): Store<TransferSnapshot> {
  const known = stores.get(transfer);
  if (known !== undefined) return known;
  let snapshot = NO_PROGRESS;
  let reading = false;
  const change = (next: Partial<TransferSnapshot>): void => {
    snapshot = { ...snapshot, ...next };
    listeners.tell();
  };
  const listeners = new Listeners(() => {
    if (!reading) void read(transfer, change);
    reading = true;
    return () => {};
  });
  const store = {
    subscribe: (listener: () => void) => listeners.subscribe(listener),
    getSnapshot: () => snapshot,
  };
  stores.set(transfer, store);
  return store;
}

async function read(
  transfer: Transfer | IncomingData,
  change: (next: Partial<TransferSnapshot>) => void,
): Promise<void> {
  const remotes = new Map<string, TransferProgress>();
  const steps = "progress" in transfer ? transfer.progress() : transfer.stream;
  const reader = steps.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      remotes.set(value.id, value);
      change({ ...sum([...remotes.values()]), remotes: new Map(remotes) });
    }
    // Of a message that arrives, the progress is all there is to await: its value is the application's.
    if (!("progress" in transfer)) await transfer;
    change({ status: "done" });
  } catch (error) {
    const failure = error instanceof AggregateError ? error.errors.find(isPeerhoodError) : error;
    change({
      status: "failed",
      error: toPeerhoodError(failure ?? error, "TRANSFER_ABORTED", "The transfer failed; see cause."),
    });
  }
}

function sum(steps: readonly TransferProgress[]): Pick<TransferSnapshot, "current" | "total" | "fraction"> {
  const current = steps.reduce((all, step) => all + step.current, 0);
  const known = steps.every(({ total }) => total !== undefined);
  const total = known ? steps.reduce((all, step) => all + (step.total ?? 0), 0) : undefined;
  return { current, total, fraction: total === undefined ? undefined : total === 0 ? 1 : current / total };
}
