// What a process of `startNode` runs around its end: calls come and answers go over the process's own channel.
import type { EndModule } from "./place.js";

interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: never[];
}

export function serve(end: EndModule): void {
  process.on("message", (message: Partial<Call> & { exit?: true }) => {
    // By `exit`, not by itself: a profile is written then, and nothing of what is measured is waited for.
    if (message.exit) process.exit(0);
    const { id, name = "", args = [] } = message;
    if (id === undefined) return;
    (async () => end[name]?.(...args))().then(
      (value) => process.send?.({ id, value }),
      (error: unknown) =>
        process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  // The bench is gone.
  process.on("disconnect", () => process.exit(0));
}
