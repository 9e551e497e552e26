// A vitest reporter that keeps what each test file saw, for the documents that are made out of it (scripts/lib/results.mjs).
import { recordResults } from "../lib/results.mjs";

/** A `Reporter` of vitest. */
// oxlint-disable-next-line import/no-default-export -- vitest loads a reporter by its default export
export default class ResultsReporter {
  /** @param {readonly import("vitest/node").TestModule[]} modules */
  onTestRunEnd(modules) {
    for (const module of modules) {
      const results = [...module.children.allTests()].map((test) => {
        const titles = [test.name];
        for (let at = test.parent; at.type === "suite"; at = at.parent) titles.unshift(at.name);
        return { titles, state: test.result().state, meta: test.meta() };
      });
      recordResults(module.moduleId, results);
    }
  }
}
