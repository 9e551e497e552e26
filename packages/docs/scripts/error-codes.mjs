import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TABLE = "packages/core/src/error-codes.ts";
const PACKAGES = ["core", "adapter-browser", "adapter-node", "drivers", "media", "react", "testing"];
/** Tests and what stands in for the real thing in them; what new drivers are made of. */
const NOT_REAL = [
  /\.test\.ts$|src\/(.+\/)?(testing|test-support)\//,
  /testing\/src\/(adapter|conformance|driver|media|network)\//,
  /drivers\/src\/template\.ts$/,
];

/** @typedef {{ code: string, meaning: string, toDo: string, section: string }} ErrorCode */

/** @returns {ErrorCode[]} what core's table says of each code, in its order */
export function readErrorCodes() {
  const text = readFileSync(ROOT + TABLE, "utf8");
  /** @type {ErrorCode[]} */
  const codes = [];
  let section = "";
  let comment = "";
  for (const [, heading, words, code] of text.matchAll(/^ {2}(?:\/\/ ## (.+)|\/\*\*([\s\S]*?)\*\/|\| "(\w+)";?)$/gm)) {
    if (heading !== undefined) section = heading;
    else if (words !== undefined)
      comment = words
        .replaceAll(/^\s*\* ?/gm, "")
        .replaceAll(/\s+/g, " ")
        .trim();
    else if (code !== undefined) {
      const [meaning = "", toDo] = comment.split(/\s*To do: /);
      if (toDo === undefined) throw new Error(`${TABLE}: what does ${code} mean, and what is "To do:"?`);
      codes.push({ code, section, meaning, toDo: toDo.charAt(0).toUpperCase() + toDo.slice(1) });
      comment = "";
    }
  }
  const named = text.match(/^ {2}\| "/gm)?.length ?? 0;
  if (codes.length === 0 || codes.length !== named) throw new Error(`${TABLE} has another form than is read here.`);
  return codes;
}

/** @returns {Map<string, string[]>} by code the files that make such an error, as paths in the repository */
export function findErrorSources() {
  /** @type {Map<string, string[]>} */
  const sources = new Map();
  const folders = PACKAGES.map((name) => `packages/${name}/src`);
  for (const file of folders.flatMap(filesOf).filter((path) => path !== TABLE)) {
    // A code that is compared with, or listed, is not made there.
    const made = readFileSync(ROOT + file, "utf8").matchAll(/(?<!(?:[!=]==|case|\|) *)"([A-Z]+(?:_[A-Z]+)*)"(?! as)/g);
    for (const code of new Set(Array.from(made, ([, code = ""]) => code))) {
      sources.set(code, [...(sources.get(code) ?? []), file]);
    }
  }
  return sources;
}

/** @param {string} folder */
function filesOf(folder) {
  return readdirSync(ROOT + folder, { recursive: true, encoding: "utf8" })
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
    .filter((path) => /\.tsx?$/.test(path) && !NOT_REAL.some((pattern) => pattern.test(path)))
    .sort();
}
