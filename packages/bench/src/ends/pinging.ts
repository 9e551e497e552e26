/** Between a pong and the next ping: often enough for a percentile, seldom enough to be no load. */
const PING_EVERY_MS = 10;

/** Pings, one at a time, until `work` is done. */
export async function pingWhile(
  ping: () => Promise<void>,
  work: () => Promise<number>,
): Promise<{ pings: number[]; ms: number }> {
  const pings: number[] = [];
  const over = new AbortController();
  const working = work().finally(() => over.abort());
  while (!over.signal.aborted) {
    const start = performance.now();
    await ping();
    pings.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, PING_EVERY_MS));
  }
  return { pings, ms: await working };
}
