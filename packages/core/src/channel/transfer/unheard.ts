/**
 * Microtasks that pass until `await` of a thenable has called its `then`: one for the thenable itself and one for each
 * async function that returns it.
 */
const PATIENCE = 8;

/** Calls `report` at the end of the turn, unless somebody listens by then. */
export function reportIfUnheard(isHeard: () => boolean, report: () => void): void {
  let left = PATIENCE;
  const wait = (): void => {
    if (isHeard()) return;
    if (left-- > 0) queueMicrotask(wait);
    else report();
  };
  wait();
}
