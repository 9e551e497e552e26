// Results of tests, kept from one run to the next: `.cache/results/node-20/<test file>.json`, by the Node that ran them.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { CACHE, ROOT } from "./root.mjs";

/**
 * `titles`: of the suites around it, then its own. `meta`: what the test says of itself, see `TaskMeta` of vitest.
 * @typedef {{ titles: readonly string[], state: string, meta: Record<string, any> }} Result
 * `node`: the major version. `file`: relative to the repository, with forward slashes.
 * @typedef {{ node: number, file: string, results: readonly Result[] }} FileResults
 */

const FOLDER = `${CACHE}/results`;

/** The major version of the Node that runs this. */
export const NODE = Number(process.versions.node.split(".")[0]);

/** @param {string} path of the test file, absolute @param {readonly Result[]} results */
export function recordResults(path, results) {
  const file = relative(ROOT, path).replaceAll("\\", "/");
  const folder = `${FOLDER}/node-${NODE}`;
  mkdirSync(folder, { recursive: true });
  const kept = { node: NODE, file, results };
  writeFileSync(`${folder}/${file.replaceAll("/", "__")}.json`, JSON.stringify(kept));
}

/** Before everything is run: what is no test any more is forgotten. */
export function forgetResults() {
  rmSync(FOLDER, { recursive: true, force: true });
}

/** @returns {readonly FileResults[]} */
export function readResults() {
  mkdirSync(FOLDER, { recursive: true });
  return readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(`${FOLDER}/${name}`, "utf8")));
}
