import { existsSync, statSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { MarkdownRenderer } from "vitepress";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SITE = fileURLToPath(new URL("..", import.meta.url));

/**
 * Relative links that lead out of the site, to an example or a README, go to the repository: the same text works on
 * GitHub and here.
 * @throws Error where nothing is at their end
 */
export function repositoryLinks(md: MarkdownRenderer, repository: string): void {
  md.core.ruler.push("repository-links", ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === "link_open" ? token.attrGet("href") : null;
      if (href === null || /^([a-z]+:|\/|#)/i.test(href)) continue;
      const [path = "", hash] = decodeURI(href).split("#");
      const file = resolve(dirname(env.path), path);
      if (file.startsWith(SITE) && (path.endsWith(".md") || path.endsWith("/"))) continue;
      if (!existsSync(file)) throw new Error(`${env.relativePath}: there is no ${path}`);
      const kind = statSync(file).isDirectory() ? "tree" : "blob";
      const inRepository = relative(ROOT, file).split(sep).join("/");
      token.attrSet("href", `${repository}/${kind}/main/${inRepository}${hash === undefined ? "" : `#${hash}`}`);
    }
  });
}
