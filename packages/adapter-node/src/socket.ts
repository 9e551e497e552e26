import type { Socket } from "node:net";
import { PeerhoodError, type SocketLike } from "@peerhood/core";
import { WebSocket } from "ws";
import { certificateError } from "./certificate-error.js";

/** The `ws` package's WebSocket, which can also let the process end while it is open. */
class NodeSocket extends WebSocket {
  #tcp: Socket | undefined;

  constructor(url: string) {
    // Signals are small and often encrypted: compression costs 300 KiB per socket and gains nothing.
    super(url, { perMessageDeflate: false });
    this.binaryType = "arraybuffer";
    this.once("upgrade", (response) => (this.#tcp = response.socket));
    // An emitter without a listener for errors throws them. A close event follows, which is what the driver acts on.
    this.on("error", () => {});
  }

  /** What TLS has against the server's certificate is told as an error of peerhood's. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== "error") return super.emit(event, ...args);
    return super.emit(event, certificateError(args[0], this.url) ?? args[0]);
  }

  unref(): void {
    this.#tcp?.unref();
  }

  ref(): void {
    this.#tcp?.ref();
  }
}

/** @throws PeerhoodError `INVALID_ARGUMENT` */
export function openSocket(url: string): SocketLike {
  try {
    return new NodeSocket(url) as unknown as SocketLike;
  } catch (cause) {
    // The URL is not repeated: it may hold what the application would not like to see in a log.
    throw new PeerhoodError("INVALID_ARGUMENT", "The URL of a WebSocket must be valid and begin with ws: or wss:.", {
      cause,
    });
  }
}
