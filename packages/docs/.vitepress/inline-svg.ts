import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { MarkdownRenderer } from "vitepress";

/**
 * Puts drawings into the page, so that their `currentColor` is that of the text, in light and dark. A file by itself, as
 * GitHub shows it, has a style of its own for that, which is left out here.
 */
export function inlineSvg(md: MarkdownRenderer): void {
  const image = md.renderer.rules.image;
  md.renderer.rules.image = (tokens, index, options, env, self) => {
    const token = tokens[index];
    const source = token?.attrGet("src") ?? "";
    if (token === undefined || !/^[^/:]+\.svg$/.test(source)) return image?.(tokens, index, options, env, self) ?? "";
    const svg = readFileSync(resolve(dirname(env.path), source), "utf8").replace(/<style>[^]*?<\/style>\n?/, "");
    const label = md.utils.escapeHtml(token.content);
    return svg.replace("<svg ", `<svg role="img" class="drawing" aria-label="${label}" `).replaceAll(/\n\s*/g, "");
  };
}
