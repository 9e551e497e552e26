import { CliError } from "./exit-codes.js";

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Interrupt {
  /** Aborts with a CliError whose exit code is the shell's for that signal: 130, 143. */
  readonly signal: AbortSignal;
  /** Listens no longer. */
  end(): void;
}

/** The first ctrl-C (or SIGTERM) ends in order, with a goodbye to the other side; a second one does not wait for that. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const handlers = Object.entries(SIGNALS).map(([name, exitCode]) => {
    const handler = (): void => {
      if (controller.signal.aborted) process.exit(exitCode);
      controller.abort(new CliError(exitCode, "INTERRUPTED", "Interrupted."));
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  return {
    signal: controller.signal,
    end: () => {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}

/** Settles as the promise does, or rejects with the reason of the signal if that comes first. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    stop = () => signal.removeEventListener("abort", abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stop();
  }
}
