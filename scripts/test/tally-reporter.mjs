// A vitest reporter that counts, and writes the counts where scripts/test.mjs reads them.
import { writeFileSync } from "node:fs";

/** A `Reporter` of vitest. */
// oxlint-disable-next-line import/no-default-export -- vitest loads a reporter by its default export
export default class TallyReporter {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failed: unhandledErrors.length, skipped: 0, skippedTests: /** @type {string[]} */ ([]) };
    for (const module of modules) {
      // A file that could not be loaded has no tests, and must not pass for one in which all is well.
      tally.failed += module.errors().length;
      for (const suite of module.children.allSuites()) tally.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state, note } = /** @type {{ state: string, note?: string }} */ (test.result());
        if (state === "passed") tally.passed++;
        else if (state === "failed") tally.failed++;
        else {
          tally.skipped++;
          tally.skippedTests.push(note === undefined ? test.fullName : `${test.fullName}: ${note}`);
        }
      }
    }
    const file = process.env["PEERHOOD_TALLY"];
    if (file !== undefined) writeFileSync(file, JSON.stringify(tally));
  }
}
