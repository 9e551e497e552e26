export { TryLaterError, type Authorize, type Client, type Grant } from "./access/authorize.js";
export { jwtAuthorize, type JwtOptions } from "./access/jwt.js";
export type { Broker, BrokerHandlers, ConnectBroker } from "./cluster/broker.js";
export { mintTurnCredentials, type IceAnswer, type TurnCredentials, type TurnOptions } from "./http/turn.js";
export type { Limits } from "./limits.js";
export type { Logger } from "./logger.js";
export type { ServerOptions, TlsOptions } from "./options.js";
export { roomTopic } from "./room-topic.js";
export { startServer, type SignalingServer } from "./server.js";
