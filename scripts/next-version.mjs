// npm run next-version: of all files in .changeset the next version, the same in every package, and a section of CHANGELOG.md.
// The release workflow calls it, and makes a pull request of what has changed.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { ROOT } from "./lib/root.mjs";
import { toolEnv } from "./lib/tool.mjs";
import { workspacePackages } from "./lib/workspace.mjs";

const LEVELS = ["major", "minor", "patch"];
const CHANGELOG = `${ROOT}/CHANGELOG.md`;

/** @returns {{ level: number, summary: string }[]} the greatest change first */
function changesets() {
  return readdirSync(`${ROOT}/.changeset`)
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .toSorted()
    .map((name) => {
      const [, head = "", ...summary] = readFileSync(`${ROOT}/.changeset/${name}`, "utf8").split(/^---$/m);
      return { level: LEVELS.findIndex((level) => head.includes(`: ${level}`)), summary: summary.join("---").trim() };
    })
    .toSorted((a, b) => a.level - b.level);
}

/** What a package wants of its siblings as peers is hidden: changesets takes a new minor of a peer for a breaking change. */
function changesetVersion() {
  const hidden = workspacePackages().filter(({ manifest }) => manifest["peerDependencies"]?.peerhood !== undefined);
  for (const { folder, manifest } of hidden) {
    const { peerhood: _, ...others } = manifest["peerDependencies"];
    write(folder, { ...manifest, peerDependencies: others });
  }
  const { status } = spawnSync(`${ROOT}/node_modules/.bin/changeset`, ["version"], {
    cwd: ROOT,
    stdio: "inherit",
    env: toolEnv(),
  });
  const versions = new Map(workspacePackages().map(({ folder, manifest }) => [folder, manifest["version"]]));
  for (const { folder, manifest } of hidden) write(folder, { ...manifest, version: versions.get(folder) });
  if (status !== 0) process.exit(status ?? 1);
  return new Set(versions.values());
}

/** @param {string} folder @param {Record<string, unknown>} manifest */
function write(folder, manifest) {
  writeFileSync(`${ROOT}/${folder}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
}

const all = changesets();
if (all.length === 0) {
  console.log("No changesets: nothing to release.");
  process.exit(0);
}
const [version, ...others] = changesetVersion();
if (others.length > 0) throw new Error(`More than one version: ${[version, ...others].join(", ")}`);
const [head = "", ...sections] = readFileSync(CHANGELOG, "utf8").split(/^(?=## )/m);
const section = `## ${version}\n\n${all.map(({ summary }) => summary).join("\n\n")}\n\n`;
writeFileSync(CHANGELOG, `${[`${head.trimEnd()}\n\n`, section, ...sections].join("").trimEnd()}\n`);
console.log(`${version}, of ${all.length} changesets.`);
