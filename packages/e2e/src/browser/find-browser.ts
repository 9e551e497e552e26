import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { BrowserName } from "./types.js";

interface Where {
  readonly variable: string;
  readonly commands: readonly string[];
  readonly paths: readonly string[];
  readonly get: string;
}

const WHERE: Readonly<Record<BrowserName, Where>> = {
  chromium: {
    variable: "PEERHOOD_CHROMIUM",
    commands: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    paths: ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"],
    get: "apt-get install chromium, or any Chrome",
  },
  firefox: {
    variable: "PEERHOOD_FIREFOX",
    commands: ["firefox-esr", "firefox"],
    paths: ["/Applications/Firefox.app/Contents/MacOS/firefox"],
    get: "apt-get install firefox-esr, or any Firefox of this year",
  },
};

export type FoundBrowser = { readonly path: string } | { readonly missing: string };

/** The browser that is installed here, or what to do about there being none. */
export function findBrowser(name: BrowserName): FoundBrowser {
  const { variable, commands, paths, get } = WHERE[name];
  const given = process.env[variable];
  if (given) {
    return runs(given) ? { path: given } : { missing: `${variable} is "${given}", which is no program.` };
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const candidates = [...commands.flatMap((command) => folders.map((folder) => join(folder, command))), ...paths];
  const path = candidates.find(runs);
  return path ? { path } : { missing: `No ${name} here. Get it (${get}), or set ${variable} to its path.` };
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
