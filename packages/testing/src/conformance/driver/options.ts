import type { Driver } from "@peerhood/core";

export interface DriverConformanceOptions {
  /** Makes another driver on the same bus each time. The suite closes what it was given. */
  createDriver(): Driver | Promise<Driver>;
  /**
   * Breaks the connections of all drivers to their broker, which is back soon. Resolves when they are broken. Without
   * it nothing about reconnecting is tested: right for a bus that has no connection to lose.
   */
  interrupt?(): Promise<void>;
  /**
   * Makes a driver whose broker never answers, and which waits less than a second for it. Without it nothing about
   * waiting in vain is tested.
   */
  createUnreachable?(): Driver | Promise<Driver>;
}
