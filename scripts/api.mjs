// npm run api [-- --check]: packages/*/api-report.md, the public types of each package that is published. With --check
// nothing is written: fails if the build says anything else.
import { ROOT } from "./lib/root.mjs";
import { publish } from "./lib/matrix.mjs";
import { workspacePackages } from "./lib/workspace.mjs";
import { apiReports } from "./api/report.mjs";
import { runBuild } from "./setup/build.mjs";

/** @param {Record<string, { types?: string }>} exported */
const withTypes = (exported) =>
  Object.entries(exported).flatMap(([subpath, { types }]) => (types ? [{ subpath, types }] : []));

if (!(await runBuild())) process.exit(1);
const packages = workspacePackages()
  .filter((each) => !each.private)
  .map(({ name, folder, manifest }) => ({
    name,
    folder: `${ROOT}/${folder}/`,
    relative: folder,
    entries: withTypes(manifest["publishConfig"].exports ?? manifest["exports"]).map(({ subpath, types }) => ({
      specifier: `${name}${subpath.slice(1)}`,
      file: `${ROOT}/${folder}/${types.slice(2)}`,
    })),
  }))
  .filter(({ entries }) => entries.length > 0);
const reports = apiReports(packages);
for (const { name, relative } of packages) {
  publish(`${relative}/api-report.md`, reports.get(name) ?? "", [], "npm run api");
}
