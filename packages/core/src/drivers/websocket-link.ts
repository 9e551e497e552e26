import type { SocketEvent, SocketLike } from "../adapter.js";
import { PeerhoodError } from "../errors.js";
import type { Clock, TimerHandle } from "../util/clock.js";
import {
  CLOSE_TOKEN_REFUSED,
  CLOSE_VERSION,
  decodeFrame,
  encodeFrame,
  HELLO,
  PING,
  PROTOCOL_VERSION,
  WELCOME,
  type Frame,
} from "./websocket-codec.js";
import { CLOSE_PATIENCE_MS, type Pace } from "./websocket-constants.js";

export interface LinkHandlers {
  /** The server took the token. `maxBytes`: the largest message that it takes. */
  welcome(maxBytes: number): void;
  frame(frame: Frame): void;
  /** Once, and last; not after `close` or `drop`. `SIGNALING_UNREACHABLE` unless there is more to say. */
  ended(error: PeerhoodError): void;
}

/** One socket to a signaling server: the greeting, then frames, and the watch over whether anybody is still there. */
export interface WebSocketLink {
  send(frame: Uint8Array): void;
  /** Pings and takes silence for death, at this pace; without one does neither, and lets the process end. */
  watch(pace?: Pace): void;
  /** Says goodbye; resolves when the socket is gone, at the latest after a second. */
  close(): Promise<void>;
  /** Without a goodbye, which a dead server would never answer. */
  drop(): void;
}

/** Functions around locals, not a class: a third smaller once minified. */
export function createLink(socket: SocketLike, token: string, clock: Clock, handlers: LinkHandlers): WebSocketLink {
  let welcomed = false;
  let ended = false;
  let heardAt = 0;
  let sentAt = 0;
  let pace: Pace | undefined;
  let timer: TimerHandle;
  let cause: unknown;

  const send = (frame: Uint8Array): void => {
    sentAt = clock.now();
    if (socket.readyState === 1) socket.send(frame);
  };

  const hush = (): void => {
    ended = true;
    clock.clearTimeout(timer);
  };

  const drop = (): void => {
    hush();
    if (socket.terminate) socket.terminate();
    else socket.close();
  };

  const end = (error: PeerhoodError): void => {
    if (ended) return;
    drop();
    handlers.ended(error);
  };

  const check = (): void => {
    if (!pace) return;
    const now = clock.now();
    const { pingMs, deadMs } = pace;
    const owed = sentAt > heardAt;
    if (owed && now - heardAt >= deadMs) return end(unreachable("The signaling server fell silent."));
    // Every frame is answered, so any does for a ping.
    if (now - sentAt >= pingMs) {
      // A throttled tab or a stopped process comes late to its timers: a silence in which nothing was asked is ours.
      if (!owed) heardAt = Math.max(heardAt, now - pingMs);
      send(encodeFrame(PING));
    }
    timer = clock.setTimeout(check, Math.min(sentAt + pingMs, heardAt + deadMs) - now);
  };

  const receive = (data: unknown): void => {
    if (ended) return;
    heardAt = clock.now();
    const frame = typeof data === "string" ? undefined : decodeFrame(new Uint8Array(data as ArrayBuffer));
    if (welcomed && frame) return handlers.frame(frame);
    if (frame?.type !== WELCOME || frame.number !== PROTOCOL_VERSION || frame.body.length < 4) {
      return end(new PeerhoodError("PROTOCOL_ERROR", "The url is not that of a peerhood-server."));
    }
    welcomed = true;
    handlers.welcome(new DataView(frame.body.buffer, frame.body.byteOffset).getUint32(0));
  };

  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () =>
    send(encodeFrame(HELLO, PROTOCOL_VERSION, "", new TextEncoder().encode(token))),
  );
  socket.addEventListener("message", (event) => receive(event.data));
  // A close event always follows. In Node this one says why.
  socket.addEventListener("error", (event) => (cause = (event as { error?: unknown }).error));
  socket.addEventListener("close", (event) => end(closeError(event, cause)));

  return {
    send,
    drop,
    watch: (next) => {
      if (ended || next === pace) return;
      pace = next;
      clock.clearTimeout(timer);
      if (!pace) return socket.unref?.();
      socket.ref?.();
      heardAt = clock.now();
      check();
    },
    close: () => {
      hush();
      return new Promise((resolve) => {
        const patience = clock.setTimeout(() => {
          drop();
          resolve();
        }, CLOSE_PATIENCE_MS);
        const gone = (): void => {
          clock.clearTimeout(patience);
          resolve();
        };
        if (socket.readyState === 3) return gone();
        socket.addEventListener("close", gone);
        socket.close(1000);
      });
    },
  };
}

export function unreachable(message: string, cause?: unknown): PeerhoodError {
  return new PeerhoodError("SIGNALING_UNREACHABLE", message, { cause, retryable: true });
}

function closeError({ code, reason }: SocketEvent, cause: unknown): PeerhoodError {
  if (code === CLOSE_TOKEN_REFUSED) {
    return new PeerhoodError("DRIVER_REFUSED", `The signaling server refused the token: ${reason}`);
  }
  if (code === CLOSE_VERSION) {
    return new PeerhoodError("VERSION_MISMATCH", `Update peerhood or its signaling server: ${reason}`);
  }
  return unreachable(`The signaling server hung up: ${code} ${reason}`, cause);
}
