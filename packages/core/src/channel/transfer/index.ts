export { RemoteBudgets } from "./budgets.js";
export { CopyPool } from "./copy-pool.js";
export { createBroadcast, type BroadcastTarget } from "./broadcast.js";
export { ChannelTransfers, type ChannelTransfersOptions } from "./channel-transfers.js";
export type { IncomingData } from "./incoming-data.js";
export { createOutgoing, type Outgoing, type Transfer } from "./outgoing.js";
export type { TransferProgress } from "./progress-feed.js";
export type { PipeOptions, StreamPromise } from "./stream-promise.js";
