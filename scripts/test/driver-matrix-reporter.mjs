// A vitest reporter that collects the cases of the contract of drivers, and writes them where scripts/driver-matrix.mjs reads
// them. A run in which there are none leaves those of the run before.
import { writeFileSync } from "node:fs";

/** @typedef {{ driver: string, broker: string, kind: "real" | "double", name: string }} DriverCase */

/** A `Reporter` of vitest. */
// oxlint-disable-next-line import/no-default-export -- vitest loads a reporter by its default export
export default class DriverMatrixReporter {
  /** @param {readonly import("vitest/node").TestModule[]} modules */
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const cases = tests.flatMap((test) => {
      const { driverCase } = /** @type {{ driverCase?: DriverCase }} */ (test.meta());
      return driverCase ? [{ ...driverCase, state: test.result().state }] : [];
    });
    const file = process.env["PEERHOOD_DRIVER_CASES"];
    if (file !== undefined && cases.length > 0) writeFileSync(file, JSON.stringify(cases));
  }
}
