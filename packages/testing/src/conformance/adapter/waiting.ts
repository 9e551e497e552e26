import type { Clock } from "@peerhood/core";

type Waiting = { readonly clock: Clock; readonly timeoutMs: number };

/** The promise's outcome, or a rejection that names what was waited for. */
export async function within<T>({ clock, timeoutMs }: Waiting, what: string, promise: PromiseLike<T>): Promise<T> {
  let timer: unknown;
  const timeout = new Promise<never>((_, reject) => {
    timer = clock.setTimeout(() => reject(new Error(`${what}: nothing for ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clock.clearTimeout(timer);
  }
}

export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.setTimeout(resolve, delayMs));
}

/** How often a value without an event of its own is looked at. */
const POLL_MS = 20;

/** Resolves with the first value that satisfies `isDone`; rejects, naming `what`, when that takes too long. */
export async function eventually<T>(
  waiting: Waiting,
  what: string,
  look: () => Promise<T> | T,
  isDone: (value: T) => boolean,
): Promise<T> {
  const endMs = waiting.clock.now() + waiting.timeoutMs;
  for (;;) {
    const value = await within(waiting, what, Promise.resolve(look()));
    if (isDone(value)) return value;
    if (waiting.clock.now() > endMs) throw new Error(`${what}: not so after ${waiting.timeoutMs} ms`);
    await delay(waiting.clock, POLL_MS);
  }
}
