export { createNodeAdapter, nodeAdapter } from "./adapter.js";
export type { NodeConnection } from "./connection.js";
export type { NodeDataChannel } from "./data-channel.js";
export type { NodeAdapterOptions, SctpOptions } from "./options.js";
