import { readdirSync, readFileSync } from "node:fs";

/** @typedef {{ path: string, title: string, text: string }} Source */

/**
 * The pages of the site as they are written, those that are made included.
 * @param {string} folder the site's
 * @returns {Source[]}
 */
export function readSources(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".md") && !/(^|\/)node_modules\/|^\.vitepress\/|^src\//.test(path))
    .sort()
    .map((path) => {
      const text = readFileSync(`${folder}/${path}`, "utf8");
      return { path, text, title: /^# (.+)$/m.exec(text)?.[1] ?? path };
    });
}
