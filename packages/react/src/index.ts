export { useChannel, type UseChannelOptions, type UseChannelResult } from "./use-channel.js";
export { usePeer, type UsePeerResult } from "./use-peer.js";
export { useRemotes } from "./use-remotes.js";
export { useStream, type UseStreamOptions } from "./use-stream.js";
export { useTransfer } from "./use-transfer.js";
