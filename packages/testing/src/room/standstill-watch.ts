import { defaultLogger } from "@peerhood/core/internal";
import type { VirtualClock } from "../clock/virtual-clock.js";

/** Real milliseconds after which a join that nothing moves is pointed out; below the time that test runners give a test. */
const PATIENCE_MS = 2_000;

/** Says so, once, when somebody awaits a join or a leave and nothing lets time pass: such a test would only hang. */
export class StandstillWatch {
  readonly #timer: unknown;

  constructor(clock: VirtualClock, somebodyWaits: () => boolean) {
    let seenMs = clock.now();
    let waited = false;
    const timer = setInterval(() => {
      const stands = clock.now() === seenMs && !clock.isDriven && somebodyWaits();
      if (stands && waited) {
        defaultLogger.warn(
          "A peer of a test room is joining or leaving, and time stands still. Await it through the room: " +
            "await room.until(peer.join(…)).",
        );
        this.stop();
      }
      waited = stands;
      seenMs = clock.now();
    }, PATIENCE_MS / 2);
    this.#timer = timer;
    // Node only: a test that is over is not to be kept alive.
    (timer as { unref?: () => void }).unref?.();
  }

  stop(): void {
    clearInterval(this.#timer as number);
  }
}
