import { createDeferred, type Deferred } from "@peerhood/core/internal";

/**
 * Waits for what callbacks tell: `begin` gets the handles and returns what takes it back, which is called when the
 * promise rejects or `signal` aborts, not when it resolves.
 */
export async function until<T>(signal: AbortSignal, begin: (outcome: Deferred<T>) => () => unknown): Promise<T> {
  const outcome = createDeferred<T>();
  const takeBack = begin(outcome);
  const abort = (): void => outcome.reject(signal.reason);
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  try {
    return await outcome.promise;
  } catch (error) {
    takeBack();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
