import { until } from "./until.js";
import { webSocketClass } from "./web-socket-class.js";

export interface JsonSocketEvents {
  message(value: unknown): void;
  /** Once, after it was open, unless it was closed from here. */
  ended(cause: Error): void;
}

/** Sent when due, so that a connection that died in silence is noticed: something must have come since the one before. */
export interface Ping {
  readonly everyMs: number;
  send(socket: JsonSocket): void;
}

export interface JsonSocket {
  send(value: unknown): void;
  close(): void;
}

/** A WebSocket with JSON in text frames. What is no JSON is left out; `signal` ends the attempt. */
export async function openJsonSocket(
  url: string,
  { message, ended }: JsonSocketEvents,
  signal: AbortSignal,
  ping?: Ping,
): Promise<JsonSocket> {
  const Class = await webSocketClass();
  const socket = new Class(url);
  await until<void>(signal, ({ resolve, reject }) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error(`There is no WebSocket at ${origin(url)}.`)));
    socket.addEventListener("close", ({ code }) => reject(new Error(`${origin(url)} hung up with code ${code}.`)));
    return () => socket.close();
  });

  let over = false;
  let heard = true;
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = (): boolean => {
    const first = !over;
    over = true;
    clearInterval(timer);
    return first;
  };
  const lost = (reason: string): void => {
    if (!stop()) return;
    ended(new Error(`${origin(url)} ${reason}.`));
    socket.close();
  };
  const json: JsonSocket = {
    // A socket that is closing drops it, and its end is told in a moment.
    send: (value) => socket.send(JSON.stringify(value)),
    close: () => {
      stop();
      socket.close();
    },
  };
  socket.addEventListener("message", ({ data }) => {
    heard = true;
    const value = parse(data);
    if (!over && value !== undefined) message(value);
  });
  socket.addEventListener("error", () => lost("failed"));
  socket.addEventListener("close", ({ code }) => lost(`hung up with code ${code}`));
  if (socket.readyState !== socket.OPEN) throw new Error(`${origin(url)} hung up.`);
  if (ping) {
    timer = setInterval(() => {
      if (!heard) return lost("is silent");
      heard = false;
      ping.send(json);
    }, ping.everyMs);
  }
  return json;
}

function parse(data: unknown): unknown {
  if (typeof data !== "string") return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** Without path and query, where keys are. */
function origin(url: string): string {
  return new URL(url).host;
}

/** Something with names to look up in, whatever it was. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
