import { existsSync, readdirSync, rmSync } from "node:fs";
import { ROOT } from "../lib/root.mjs";
import { workspacePackages } from "../lib/workspace.mjs";

/** tsc leaves the output of a source that was renamed or removed; it would be packed, and be found by an old import. */
export function pruneStale() {
  for (const { folder } of workspacePackages()) {
    const [src, dist] = [`${ROOT}/${folder}/src`, `${ROOT}/${folder}/dist`];
    if (!existsSync(src) || !existsSync(dist)) continue;
    for (const file of /** @type {string[]} */ (readdirSync(dist, { recursive: true }))) {
      const stem = /^(.+?)\.(d\.ts|js)(\.map)?$/.exec(file)?.[1];
      if (stem !== undefined && !existsSync(`${src}/${stem}.ts`)) rmSync(`${dist}/${file}`);
    }
  }
}
