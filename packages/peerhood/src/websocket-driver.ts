import { adapter } from "#adapter";
import { WebSocketDriver as CoreDriver, type WebSocketDriverOptions as CoreOptions } from "@peerhood/core";

export type WebSocketDriverOptions = Omit<CoreOptions, "createSocket">;

/** Signaling over a WebSocket to a `peerhood-server`: the browser's own socket, or `ws` in Node. */
export class WebSocketDriver extends CoreDriver {
  /**
   * @param url `ws:` or `wss:` URL of the server; of several the next is tried when one does not answer
   * @throws PeerhoodError `INVALID_ARGUMENT`
   */
  constructor(url: string | readonly string[], options: WebSocketDriverOptions = {}) {
    super(url, { ...options, createSocket: adapter.createSocket });
  }
}
