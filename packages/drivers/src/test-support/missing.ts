import { describe } from "vitest";

/** In place of a suite whose broker is not on this machine: skipped, with the reason in its name. */
export function skipWithout(program: string): void {
  describe.skip(`skipped: no ${program} on this machine (npm run setup installs it where it may)`, () => {});
}
