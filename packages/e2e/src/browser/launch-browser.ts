import { bundlePage } from "./bundle-page.js";
import { launchChromium } from "./chromium.js";
import { findBrowser } from "./find-browser.js";
import { launchFirefox } from "./firefox.js";
import { INSECURE_HOST } from "./insecure-host.js";
import { createPage, PageLog, TRAP_SCRIPT } from "./page.js";
import { startPageServer, type PageServer } from "./page-server.js";
import type {
  BrowserName,
  BrowserPage,
  LaunchOptions,
  NativeBrowser,
  OpenOptions,
  PageExports,
  TestBrowser,
} from "./types.js";

/** Starts the installed browser, headless and with an empty profile, and a server for its pages. */
export async function launchBrowser(name: BrowserName, options: LaunchOptions = {}): Promise<TestBrowser> {
  const found = findBrowser(name);
  if ("missing" in found) throw new Error(found.missing);
  const server = await startPageServer();
  let browser: NativeBrowser;
  try {
    browser = await (name === "chromium" ? launchChromium(found.path, options) : launchFirefox(found.path));
  } catch (error) {
    await server.close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  /** Path of each module's bundle. */
  const bundles = new Map<string, Promise<string>>();
  const scriptOf = (entry: URL): Promise<string> => {
    const path = bundles.get(entry.href) ?? bundlePage(entry).then((bundle) => server.add(bundle, "text/javascript"));
    bundles.set(entry.href, path);
    return path;
  };
  return {
    name,
    native: browser.native,
    open: async (options = {}) => {
      const script = options.entry && (await scriptOf(options.entry));
      return openPage(name, browser, server, options, script);
    },
    close: () =>
      (closing ??= (async () => {
        await browser.close().finally(() => server.close());
      })()),
  };
}

async function openPage<Exports extends PageExports>(
  name: BrowserName,
  browser: NativeBrowser,
  server: PageServer,
  { before, expose = {}, insecure, url: given }: OpenOptions,
  script: string | undefined,
): Promise<BrowserPage<Exports>> {
  const address = new URL(
    given ?? server.add(html(before, script), "text/html"),
    given ?? `http://127.0.0.1:${server.port}`,
  );
  if (insecure) address.hostname = INSECURE_HOST;
  const url = address.href;
  const log = new PageLog();
  const native = await browser.newPage((line) => log.add(line));
  const page = createPage<Exports>(name, native, url, log);
  try {
    for (const [called, fn] of Object.entries(expose)) await native.expose(called, fn);
    await native.goto(url);
  } catch (error) {
    await page.close();
    throw error;
  }
  return page;
}

function html(before: OpenOptions["before"], script: string | undefined): string {
  const scripts = [`<script>${TRAP_SCRIPT}</script>`];
  if (before) scripts.push(`<script>(${before.toString()})()</script>`);
  if (script) scripts.push(`<script src="${script}"></script>`);
  return `<!doctype html><meta charset="utf-8"><title>peerhood</title><link rel="icon" href="data:,">${scripts.join("\n")}`;
}
