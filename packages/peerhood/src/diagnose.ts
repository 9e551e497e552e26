import { adapter } from "#adapter";
import {
  diagnose as coreDiagnose,
  type ConnectionAdapter,
  type Diagnosis,
  type DiagnoseOptions as CoreOptions,
} from "@peerhood/core";

export interface DiagnoseOptions extends Omit<CoreOptions, "adapter"> {
  /** @default the one for the runtime that this package was resolved for */
  readonly adapter?: ConnectionAdapter;
}

/**
 * Checks one by one what a connection needs: the driver, each STUN and TURN server, and a connection between two ends
 * of this process. Never rejects for what it finds. Loaded when it is called.
 *
 * ```ts
 * console.log((await diagnose({ iceServers, driver })).text);
 * ```
 * @throws PeerhoodError `MODULE_LOAD_FAILED`
 */
export function diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
  return coreDiagnose({ ...options, adapter: options.adapter ?? adapter });
}
