import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DefaultTheme } from "vitepress";

const API = fileURLToPath(new URL("../reference/api", import.meta.url));
const ROOT = "/reference/api/";
const ORDER = [
  "peerhood",
  "peerhood/store",
  "@peerhood/testing",
  "@peerhood/react",
  "@peerhood/media",
  "@peerhood/server",
];
const KINDS = ["classes", "functions", "interfaces", "type-aliases", "variables"];

/** Out of the files that were made of the docstrings: all modules, and the members of the one that is read. */
export function apiSidebars(): DefaultTheme.SidebarMulti {
  const files = existsSync(API) ? readdirSync(API, { recursive: true, encoding: "utf8" }) : [];
  const paths = files.map((path) => path.replaceAll("\\", "/")).sort();
  const modules = paths.filter((path) => path.endsWith("/index.md")).map((path) => path.slice(0, -"/index.md".length));
  const place = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  modules.sort((a, b) => place(a) - place(b));

  const sidebarOf = (open: string | undefined): DefaultTheme.SidebarItem[] => [
    {
      text: "API reference",
      link: ROOT,
      items: modules.map((name) => ({
        text: name,
        link: `${ROOT}${name}/`,
        ...(name === open && { items: membersOf(name, paths) }),
      })),
    },
  ];
  return Object.fromEntries([undefined, ...modules].map((name) => [name ? `${ROOT}${name}/` : ROOT, sidebarOf(name)]));
}

function membersOf(name: string, paths: readonly string[]): DefaultTheme.SidebarItem[] {
  return KINDS.map((kind) => `${name}/${kind}/`).flatMap((folder) =>
    paths
      .filter((path) => path.startsWith(folder))
      .map((path) => path.slice(folder.length, -".md".length))
      .map((text) => ({ text, link: ROOT + folder + text })),
  );
}
