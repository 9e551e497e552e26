import type { IncomingMessage, ServerResponse } from "node:http";
import type { Authorize } from "./access/authorize.js";
import type { ConnectBroker } from "./cluster/broker.js";
import type { TurnOptions } from "./http/turn.js";
import type { Limits } from "./limits.js";
import type { Logger } from "./logger.js";

/** PEM: certificate with its chain, and its key. */
export interface TlsOptions {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface ServerOptions {
  /** TCP port; 0 for any free one. @default 8787 */
  readonly port?: number;
  /** Address to listen on; `"0.0.0.0"` or `"::"` for all. @default "127.0.0.1" */
  readonly host?: string;
  /** Serves `wss:` and `https:` itself, TLS 1.2 or newer. Not needed behind a proxy that ends TLS. */
  readonly tls?: TlsOptions;
  /** Answers plain HTTP requests on the same port; `answerPage` makes one that serves a page. Without it they get a 426. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => unknown;
  /** Who is let in, into which rooms, until when; `jwtAuthorize` makes one. Without it everybody is let in. */
  readonly authorize?: Authorize;
  /** Pages that may connect, `https://app.example` for instance. Clients that are no browser send no origin, and may. */
  readonly origins?: readonly string[];
  /**
   * How many proxies stand in front, `true` for one: the client's address is then read from X-Forwarded-For. Only set it
   * if there is no way around them. @default false
   */
  readonly trustProxy?: boolean | number;
  readonly limits?: Partial<Limits>;
  /** Gives TURN credentials to authorized clients, at `/ice`. */
  readonly turn?: TurnOptions;
  /**
   * Shares rooms with other servers over a broker: `nats://host:4222` or `redis://host:6379`, several NATS servers
   * separated by commas, or your own.
   */
  readonly cluster?: string | ConnectBroker;
  /** A second port, for health, readiness and metrics; not for the public. */
  readonly admin?: { readonly port: number; /** @default "127.0.0.1" */ readonly host?: string };
  /** @default warnings and errors to the console */
  readonly logger?: Logger;
  /** Hears of failures that end nothing: `onRequest` threw. @default the logger */
  readonly onError?: (error: unknown) => void;
}
