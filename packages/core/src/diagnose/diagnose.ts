import type { ConnectionAdapter } from "../adapter.js";
import type { Driver } from "../driver.js";
import { PeerhoodError } from "../errors.js";
import type { IceServersOption } from "../room/ice-server-source.js";
import type { Diagnosis } from "./diagnosis.js";

export interface DiagnoseOptions {
  /** What the runtime supplies; the package `peerhood` fills it in. */
  readonly adapter: ConnectionAdapter;
  /** As a Peer is given it; stays open. Without it signaling is not checked. */
  readonly driver?: Driver | readonly Driver[];
  /** As a Peer is given it. */
  readonly iceServers?: IceServersOption;
  /** Milliseconds that each check may take. @default 10000 */
  readonly timeoutMs?: number;
  /** Ends the checks; those that remain are `skipped`. */
  readonly signal?: AbortSignal;
}

/**
 * Checks one by one what a connection needs: the driver, each STUN and TURN server, and a connection between two ends
 * of this process. Never rejects for what it finds. Loaded when it is called.
 *
 * ```ts
 * const diagnosis = await diagnose({ iceServers, driver });
 * console.log(diagnosis.text);
 * ```
 * @throws PeerhoodError `MODULE_LOAD_FAILED`
 */
export async function diagnose(options: DiagnoseOptions): Promise<Diagnosis> {
  let run: (options: DiagnoseOptions) => Promise<Diagnosis>;
  try {
    ({ runDiagnosis: run } = await import("./run-diagnosis.js"));
  } catch (cause) {
    throw new PeerhoodError("MODULE_LOAD_FAILED", "A part of peerhood could not be loaded. Is the page offline?", {
      cause,
      retryable: true,
    });
  }
  return run(options);
}
