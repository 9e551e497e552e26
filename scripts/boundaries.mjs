// npm run boundaries [-- root]: no import cycles, and nothing imported beyond boundaries/import-table.mjs.
// Globals are fenced by lint: `no-undef` in .oxlintrc.json, with the list of what every runtime has.
import { readdirSync, existsSync } from "node:fs";
import { cruise } from "dependency-cruiser";
import { checkImports } from "./boundaries/check-imports.mjs";
import { ROOT } from "./lib/root.mjs";

const root = process.argv[2] ?? ROOT;
const folders = readdirSync(`${root}/packages`)
  .map((name) => `packages/${name}/src`)
  .filter((folder) => existsSync(`${root}/${folder}`));

const { output } = await cruise(
  folders,
  {
    baseDir: root,
    validate: true,
    // Types may refer to each other: nothing of that is left at run time.
    ruleSet: {
      forbidden: [
        {
          name: "cycle",
          severity: "error",
          from: {},
          to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
        },
      ],
    },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist/|^packages/e2e/src/packaging/fixtures/" },
    tsPreCompilationDeps: "specify",
    combinedDependencies: false,
  },
  { conditionNames: ["@peerhood/source", "import", "node", "default"], extensions: [".ts", ".js", ".mjs"] },
);
if (typeof output === "string") throw new Error(output);

const cycles = output.summary.violations.map(
  ({ from, cycle }) => `cycle: ${[from, ...(cycle ?? []).map(({ name }) => name)].join(" -> ")}`,
);
const wrong = [...checkImports(output.modules, root), ...cycles];
for (const line of wrong) console.error(line);
console.log(
  `${output.summary.totalDependenciesCruised} imports in ${output.modules.length} files: ${wrong.length} wrong.`,
);
process.exitCode = wrong.length === 0 && output.modules.length > 0 ? 0 : 1;
