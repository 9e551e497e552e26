import type { Logger } from "@peerhood/core";
import { soon } from "@peerhood/core/internal";

/** Calls `call` later; what it throws is logged, and nothing else happens. */
export type Post = (call: () => void) => void;

/**
 * Calls what native callbacks bring after they have returned, in their order: an exception inside of one ends the
 * process, and nobody may be called from within a call of his own. Node drains microtasks after each native callback,
 * so nothing waits.
 */
export function createDispatcher(logger: Logger): Post {
  return (call) =>
    soon(() => {
      try {
        call();
      } catch (error) {
        logger.error("A handler of the connection threw.", error);
      }
    });
}
