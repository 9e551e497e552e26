export {
  channelStore,
  type ChannelMessage,
  type ChannelSnapshot,
  type ChannelStore,
  type ChannelStoreOptions,
} from "./channel-store.js";
export { NO_PEER, PeerSession, type PeerSessionOptions, type PeerSnapshot } from "./peer-session.js";
export { remotesStore, type RemoteSnapshot } from "./remotes-store.js";
export type { Store } from "./store.js";
export { holdShared, streamsStore, type StreamSnapshot } from "./streams-store.js";
export { NO_PROGRESS, transferStore, type TransferSnapshot } from "./transfer-store.js";
