export type { Authorize } from "./authorize.js";
export type { Limits } from "./limits.js";
export { startServer, type ServerOptions, type SignalingServer } from "./server.js";
