/** Schedules a task of its own, after all microtasks. Not `setTimeout`, which costs a millisecond or more each time. */
type Schedule = (task: () => void) => void;

/** Taken when the module is loaded: fake timers of a test runner replace the global one, and this clock has to go on. */
const { setImmediate } = globalThis as { setImmediate?: Schedule };

/**
 * Resolves in a later macrotask: every promise that could settle without outside help has done so by then.
 * Node's `setImmediate` where there is one, since an open `MessagePort` would keep a Node process alive.
 */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    if (setImmediate !== undefined) return setImmediate(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
