const resolved = Promise.resolve();

/**
 * Runs `task` after what is queued already, as `queueMicrotask` does, which in Node makes an `AsyncResource` for each and
 * costs ten times as much. For what is called with every message; a task that throws is an unhandled rejection.
 */
export function soon(task: () => void): void {
  void resolved.then(task);
}
