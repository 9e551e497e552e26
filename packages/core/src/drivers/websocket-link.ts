import type { SocketLike } from "../adapter.js";
import { PeerhoodError } from "../errors.js";
import type { Clock, TimerHandle } from "../util/clock.js";
import {
  ACK,
  CLOSE_GO_ELSEWHERE,
  decodeFrame,
  encodeFrame,
  HELLO,
  PING,
  PROTOCOL_VERSION,
  TOKEN,
  WELCOME,
  type Frame,
} from "./websocket-codec.js";
import { CHECK_MS, CLOSE_PATIENCE_MS, REFRESH_AT, REFRESH_MIN_MS, type Pace } from "./websocket-constants.js";
import { closeError, unreachable } from "./websocket-errors.js";

export interface LinkHandlers {
  /** The server took the token. `maxBytes`: the largest message that it takes. */
  welcome(maxBytes: number): void;
  frame(frame: Frame): void;
  /** The token is about to expire: another one, or `undefined` if there is none to be had. */
  freshToken(): Promise<string | undefined>;
  /** Once, and last; not after `close` or `drop`. `SIGNALING_UNREACHABLE` unless there is more to say. */
  ended(error: PeerhoodError, goElsewhere: boolean): void;
}

/** One socket to a signaling server: the greeting, then frames, and the watch over whether anybody is still there. */
export interface WebSocketLink {
  send(frame: Uint8Array): void;
  /** Pings and takes silence for death, at this pace; without one does neither, and lets the process end. */
  watch(pace?: Pace): void;
  /** Asks now, and does not wait long for the answer. */
  check(): void;
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
  let refreshAt = Infinity;
  let timer: TimerHandle;
  let checking: TimerHandle | undefined;
  let cause: unknown;

  const send = (frame: Uint8Array): void => {
    sentAt = clock.now();
    if (socket.readyState === 1) socket.send(frame);
  };

  const hush = (): void => {
    ended = true;
    clock.clearTimeout(timer);
    clock.clearTimeout(checking);
  };

  const drop = (): void => {
    hush();
    if (socket.terminate) socket.terminate();
    else socket.close();
  };

  const end = (error: PeerhoodError, goElsewhere = false): void => {
    if (ended) return;
    drop();
    handlers.ended(error, goElsewhere);
  };

  const sendToken = (type: number, number: number, fresh: string): void =>
    send(encodeFrame(type, number, "", new TextEncoder().encode(fresh)));

  const refresh = async (): Promise<void> => {
    const fresh = await handlers.freshToken();
    if (!ended && fresh !== undefined) sendToken(TOKEN, 0, fresh);
  };

  /** What the server says of a token that it took: how long it holds, 0 for ever. */
  const setLife = (lifeMs: number): void => {
    refreshAt = lifeMs > 0 ? clock.now() + Math.max(REFRESH_MIN_MS, lifeMs * REFRESH_AT) : Infinity;
    check();
  };

  const check = (): void => {
    clock.clearTimeout(timer);
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
    if (now >= refreshAt) {
      refreshAt = Infinity;
      void refresh();
    }
    timer = clock.setTimeout(check, Math.min(sentAt + pingMs, heardAt + deadMs, refreshAt) - now);
  };

  const receive = (data: unknown): void => {
    if (ended) return;
    heardAt = clock.now();
    clock.clearTimeout(checking);
    const frame = typeof data === "string" ? undefined : decodeFrame(new Uint8Array(data as ArrayBuffer));
    const body = frame && new DataView(frame.body.buffer, frame.body.byteOffset, frame.body.length);
    if (welcomed && frame && body) {
      if (frame.type === ACK && body.byteLength >= 4) setLife(body.getUint32(0));
      return handlers.frame(frame);
    }
    if (frame?.type !== WELCOME || !body || frame.number !== PROTOCOL_VERSION || body.byteLength < 4) {
      return end(new PeerhoodError("PROTOCOL_ERROR", "The url is not that of a peerhood-server."));
    }
    welcomed = true;
    handlers.welcome(body.getUint32(0));
    if (body.byteLength >= 12) setLife(body.getUint32(8));
  };

  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => sendToken(HELLO, PROTOCOL_VERSION, token));
  socket.addEventListener("message", (event) => receive(event.data));
  // A close event always follows. In Node this one says why.
  socket.addEventListener("error", (event) => (cause = (event as { error?: unknown }).error));
  socket.addEventListener("close", (event) => end(closeError(event, cause), event.code === CLOSE_GO_ELSEWHERE));

  return {
    send,
    drop,
    check: () => {
      if (!pace) return;
      clock.clearTimeout(checking);
      checking = clock.setTimeout(() => end(unreachable("The signaling server fell silent.")), CHECK_MS);
      send(encodeFrame(PING));
    },
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
