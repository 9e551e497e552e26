import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";

/** Of the theme: the button that leads past the navigation, and others that a script answers. */
const OF_THE_THEME = new Set(["#VPContent"]);

/**
 * Every link of every page to something of the site: whether there is such a page or file, and the part of it that the
 * link names. VitePress looks at links between pages itself, but not at their anchors, nor at its own navigation.
 * @param {string} folder the built site
 * @returns {string[]} what leads nowhere
 */
export function checkSite(folder) {
  const pages = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".html"));
  const html = new Map(pages.map((page) => [page, readFileSync(join(folder, page), "utf8")]));
  const ids = new Map([...html].map(([page, text]) => [page, new Set(matches(text, / id="([^"]+)"/g))]));
  /** @type {Set<string>} */
  const problems = new Set();
  for (const [page, text] of html) {
    if (page === "404.html") continue;
    for (const link of matches(text, / (?:href|src)="([^"]+)"/g)) {
      if (/^[a-z]+:|^\/\//i.test(link) || OF_THE_THEME.has(link)) continue;
      const [path = "", hash] = decodeURI(link.replaceAll("&amp;", "&")).split("#");
      const target = path === "" ? page : path.startsWith("/") ? path.slice(1) : join(dirname(page), path);
      const file = target === "" || target.endsWith("/") ? `${target}index.html` : target;
      if (!existsSync(join(folder, file))) problems.add(`${page}: there is no ${link}`);
      else if (hash && ids.has(file) && !ids.get(file)?.has(hash)) problems.add(`${page}: no such part: ${link}`);
    }
  }
  return [...problems];
}

/** @param {string} text @param {RegExp} pattern with one group */
function matches(text, pattern) {
  return Array.from(text.matchAll(pattern), ([, found = ""]) => found);
}
