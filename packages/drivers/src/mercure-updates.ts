import { readEventStream, type StreamEvent } from "./common/event-stream.js";
import { until } from "./common/until.js";
import { refusal } from "./mercure-refusal.js";

export interface UpdatesOptions {
  readonly token: string | undefined;
  readonly withCredentials: boolean;
  /** What came after this one is told first, where the hub remembers it. "": from now on. */
  readonly lastEventId: string;
  readonly signal: AbortSignal;
  event(event: StreamEvent): void;
  /** Once, after it was open, unless it was closed from here. */
  ended(cause: Error): void;
}

export interface Updates {
  close(): void;
}

/** A stream of updates: by `EventSource` in a page, unless a token has to go into a header, which it can not. */
export async function openUpdates(url: URL, options: UpdatesOptions): Promise<Updates> {
  const bySource = typeof globalThis.EventSource === "function" && options.token === undefined;
  return bySource ? openBySource(url, options) : openByFetch(url, options);
}

async function openBySource(url: URL, options: UpdatesOptions): Promise<Updates> {
  // In the url: no header of an EventSource is ours before it connects again by itself, which it does not get to do here.
  if (options.lastEventId !== "") url.searchParams.set("lastEventID", options.lastEventId);
  const source = new globalThis.EventSource(url, { withCredentials: options.withCredentials });
  source.addEventListener("message", ({ lastEventId, data }) => {
    if (typeof data === "string") options.event({ id: lastEventId, data });
  });
  await until<void>(options.signal, ({ resolve, reject }) => {
    source.addEventListener("open", () => resolve());
    source.addEventListener("error", () => reject(new Error("no stream of events; the browser does not say why")));
    return () => source.close();
  });
  source.addEventListener("error", () => {
    source.close();
    options.ended(new Error("The stream of the Mercure hub ended."));
  });
  return { close: () => source.close() };
}

async function openByFetch(url: URL, options: UpdatesOptions): Promise<Updates> {
  const { token, lastEventId, signal } = options;
  const abort = new AbortController();
  const giveUp = (): void => abort.abort(signal.reason);
  signal.addEventListener("abort", giveUp);
  if (signal.aborted) giveUp();
  try {
    const { status, body } = await fetch(url, {
      headers: {
        accept: "text/event-stream",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(lastEventId === "" ? {} : { "last-event-id": lastEventId }),
      },
      credentials: options.withCredentials ? "include" : "same-origin",
      cache: "no-store",
      signal: abort.signal,
    });
    if (status !== 200 || body === null) {
      await body?.cancel();
      throw refusal(status, "subscribe");
    }
    void follow(body, options, abort.signal);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
  return { close: () => abort.abort() };
}

async function follow(body: ReadableStream<Uint8Array>, options: UpdatesOptions, closed: AbortSignal): Promise<void> {
  let cause: unknown;
  try {
    for await (const event of readEventStream(body)) options.event(event);
  } catch (error) {
    cause = error;
  }
  if (!closed.aborted) options.ended(new Error("The stream of the Mercure hub ended.", { cause }));
}
