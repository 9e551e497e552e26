import { delimiter } from "node:path";
import { ROOT } from "./root.mjs";

/** The environment in which the tools of the root's devDependencies are found by name, `pnpm` for turbo among them. */
export function toolEnv() {
  return {
    ...process.env,
    PATH: `${ROOT}/node_modules/.bin${delimiter}${process.env["PATH"] ?? ""}`,
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
  };
}
