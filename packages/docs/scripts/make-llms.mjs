import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { readSources } from "./pages.mjs";

/** @type {[string, RegExp][]} */
const SECTIONS = [
  ["Start here", /^start\//],
  ["Guides", /^guide\//],
  ["Concepts", /^concepts\//],
  ["Migration", /^migrate\//],
  ["Reference", /^reference\/[^/]+$/],
  ["Protocol", /^protocol\//],
  ["API", /^reference\/api\/.+\/index\.md$/],
];

/**
 * Writes llms.txt (llmstxt.org), a list of the pages with what each is about, the pages themselves as Markdown, and
 * llms-full.txt with all of them but the API.
 * @param {string} folder the site's
 * @param {string} out where the two files go
 */
export function makeLlms(folder, out) {
  const pages = readSources(folder);
  const lists = SECTIONS.map(([heading, pattern]) => {
    const lines = pages
      .filter(({ path }) => pattern.test(path))
      .map(({ path, title, text }) => `- [${title}](/${published(path)})${about(text)}`);
    return lines.length === 0 ? "" : `\n## ${heading}\n\n${lines.join("\n")}\n`;
  });
  for (const { path, text } of pages) {
    mkdirSync(dirname(`${out}/${path}`), { recursive: true });
    writeFileSync(`${out}/${published(path)}`, text);
  }
  writeFileSync(`${out}/llms.txt`, `# peerhood\n\n> ${SUMMARY}\n${lists.join("")}`);
  const all = pages.filter(({ path }) => !path.startsWith("reference/api/"));
  writeFileSync(`${out}/llms-full.txt`, all.map(({ path, text }) => `<!-- ${path} -->\n\n${text.trim()}\n`).join("\n"));
}

const SUMMARY =
  "Rooms of peers over WebRTC, in browsers and in Node, with the same code. Members find each other through a broker " +
  "(a signaling server, NATS, MQTT, Nostr and others) and then talk directly: messages, files, streams, requests.";

/** A folder's page has the name under which GitHub shows it. @param {string} path */
const published = (path) => path.replace(/README\.md$/, "index.md");

/** The first sentence of a page. @param {string} text */
function about(text) {
  const [, paragraph = ""] = /^# .+\n+([^#`|<\n-][^]*?)\n\n/m.exec(text) ?? [];
  const sentence = /^[^]*?[.:](?=\s|$)/.exec(paragraph)?.[0] ?? "";
  const plain = sentence.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1").replaceAll(/\s+/g, " ");
  return plain === "" ? "" : `: ${plain.replace(/:$/, ".")}`;
}
