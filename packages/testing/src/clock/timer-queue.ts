export interface VirtualTimer {
  readonly dueMs: number;
  /** Breaks ties: timers that are due together run in the order in which they were set. */
  readonly order: number;
  readonly callback: () => void;
  /** Made where it was set, if the clock was asked to remember; its stack is costly to read, not to keep. */
  readonly origin: Error | undefined;
  cancelled: boolean;
}

/** Timers by due time: a binary heap. Cancelled ones are dropped when they come up. */
export class TimerQueue {
  readonly #heap: VirtualTimer[] = [];

  /** The timers that are still to run, soonest first. */
  get pending(): VirtualTimer[] {
    return this.#heap.filter((timer) => !timer.cancelled).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  push(timer: VirtualTimer): void {
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || isBefore(parent, timer)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = timer;
  }

  peek(): VirtualTimer | undefined {
    let first = this.#heap[0];
    while (first?.cancelled) {
      this.#removeFirst();
      first = this.#heap[0];
    }
    return first;
  }

  pop(): VirtualTimer | undefined {
    const first = this.peek();
    if (first !== undefined) this.#removeFirst();
    return first;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const leftIndex = 2 * index + 1;
      const left = heap[leftIndex];
      if (left === undefined) break;
      const right = heap[leftIndex + 1];
      const [childIndex, child] =
        right !== undefined && isBefore(right, left) ? [leftIndex + 1, right] : [leftIndex, left];
      if (isBefore(last, child)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
  }
}

function isBefore(a: VirtualTimer, b: VirtualTimer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
