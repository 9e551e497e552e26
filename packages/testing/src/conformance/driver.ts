import type { ConformanceCase } from "./case.js";
import { closingCases } from "./driver/closing.js";
import { deliveryCases } from "./driver/delivery.js";
import { limitCases } from "./driver/limits.js";
import type { DriverConformanceOptions } from "./driver/options.js";
import { outageCases } from "./driver/outage.js";
import { ownershipCases } from "./driver/ownership.js";

/**
 * The contract of drivers (`Driver` of `@peerhood/core`) in executable form. Each case uses topics of its own, so the
 * broker may be shared and in use; nothing is demanded that a broker may not give: messages may come twice and in any
 * order, but on a healthy bus they come.
 * @example
 * describe("MyDriver", () => {
 *   for (const { name, run } of driverConformance({ createDriver: () => new MyDriver() })) it(name, run);
 * });
 */
export function driverConformance(options: DriverConformanceOptions): readonly ConformanceCase[] {
  return [
    ...deliveryCases(options),
    ...ownershipCases(options),
    ...limitCases(options),
    ...closingCases(options),
    ...outageCases(options),
  ];
}
