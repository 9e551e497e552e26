import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { FREE_PACKAGES, IMPORT_TABLE, TEST_IMPORTS } from "./import-table.mjs";

/** @typedef {import("dependency-cruiser").IModule} Module */
/** @typedef {import("dependency-cruiser").IDependency} Dependency */

/** The package that a file of the repository belongs to, its path in there, and whether it is a test. */
function place(/** @type {string} */ source) {
  const [, name, file] = /^packages\/([^/]+)\/(?:src\/)?(.+)$/.exec(source) ?? [];
  return name === undefined || file === undefined
    ? undefined
    : { name, file, test: /\.test\.ts$|(^|\/)(test-support|testing)\//.test(file), folder: `packages/${name}/` };
}

/** `@scope/name/sub/path` and `name/sub/path` without what comes after the name. */
function packageOf(/** @type {string} */ specifier) {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/**
 * @param {Module} module
 * @param {Dependency} dependency
 * @param {(folder: string) => Record<string, any>} readManifest
 * @returns {string | undefined} what is wrong with it
 */
function judge(module, dependency, readManifest) {
  const specifier = dependency.module;
  const from = place(module.source);
  if (from === undefined || FREE_PACKAGES.includes(from.name)) return undefined;
  const row = IMPORT_TABLE[from.name];
  if (row === undefined) return "the package has no row in scripts/boundaries/import-table.mjs";
  if (dependency.couldNotResolve && /^[.#]/.test(specifier)) return "there is no such file";
  if (specifier.startsWith("#")) return undefined;
  if (specifier.startsWith(".")) {
    const inside = dependency.resolved.startsWith(from.folder);
    return inside ? undefined : "a relative path leaves the package; import the other package by its name";
  }
  // dependency-cruiser takes the prefix off; lint (unicorn/prefer-node-protocol) sees to it that it is written.
  if (isBuiltin(specifier)) {
    return row.node === true || row.nodeFiles?.includes(from.file) === true || from.test
      ? undefined
      : `${from.name} runs without Node: no node: module`;
  }
  const name = packageOf(specifier);
  const manifest = readManifest(from.folder);
  if (from.test) {
    const declared = { ...manifest["dependencies"], ...manifest["devDependencies"], ...manifest["peerDependencies"] };
    return name in declared || TEST_IMPORTS.includes(name) ? undefined : "not declared in the package's package.json";
  }
  const allowed = row.imports.some((entry) => {
    if (entry === "peer:") return name in (manifest["peerDependencies"] ?? {});
    return entry.endsWith("/") ? name.startsWith(entry) : entry === name;
  });
  if (!allowed) return `${from.name} may import ${row.imports.join(", ")}`;
  const only = row.only?.[name];
  if (only !== undefined && only !== from.file) return `only ${only} of ${from.name} may import it`;
  // Nothing of it is left once it is compiled.
  if (row.typesOnly === true && dependency.preCompilationOnly !== true) {
    return `${from.name} may import types only: write "import type"`;
  }
  return undefined;
}

/**
 * @param {readonly Module[]} modules
 * @param {string} root of the repository
 * @returns {string[]} one line per violation
 */
export function checkImports(modules, root) {
  /** @type {Map<string, Record<string, any>>} */
  const manifests = new Map();
  const readManifest = (/** @type {string} */ folder) => {
    const known = manifests.get(folder) ?? JSON.parse(readFileSync(`${root}/${folder}package.json`, "utf8"));
    manifests.set(folder, known);
    return known;
  };
  return modules.flatMap((module) =>
    module.dependencies.flatMap((dependency) => {
      const wrong = judge(module, dependency, readManifest);
      return wrong === undefined ? [] : [`${module.source} imports ${dependency.module}: ${wrong}`];
    }),
  );
}
