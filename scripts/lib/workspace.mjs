import { existsSync, readdirSync, readFileSync } from "node:fs";
import { ROOT } from "./root.mjs";

/**
 * @typedef {{ name: string, folder: string, private: boolean, manifest: Record<string, any> }} WorkspacePackage
 * `folder` is relative to the repository, with forward slashes.
 */

/** @returns {WorkspacePackage[]} every package under packages/ and examples/, by folder */
export function workspacePackages() {
  return ["packages", "examples"]
    .flatMap((group) =>
      readdirSync(`${ROOT}/${group}`)
        .toSorted()
        .map((name) => `${group}/${name}`),
    )
    .filter((folder) => existsSync(`${ROOT}/${folder}/package.json`))
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(`${ROOT}/${folder}/package.json`, "utf8"));
      return { name: manifest.name, folder, private: manifest.private === true, manifest };
    });
}
