import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { findBrowser } from "./find-browser.js";
import { launchBrowser } from "./launch-browser.js";
import { BROWSER_NAMES, type BrowserName, type TestBrowser } from "./types.js";

declare module "vitest" {
  interface TaskMeta {
    /** The browsers that take part: `scripts/parity-matrix.mjs` makes columns of them. */
    browsers?: readonly string[];
  }
}

/** Launching takes a second or three; on a loaded machine ten times that. */
const LAUNCH_TIMEOUT_MS = 60_000;

/**
 * Tests that need these browsers, which are launched before them and closed after them whatever happens. Where one is
 * missing the tests are skipped, and say how to get it; with PEERHOOD_REQUIRE_BROWSERS=1 they fail.
 */
export function describeWith(
  names: readonly BrowserName[],
  title: string,
  body: (browser: (name: BrowserName) => TestBrowser) => void,
): void {
  const missing = names
    .map(findBrowser)
    .flatMap((found) => ("missing" in found ? [found.missing] : []))
    .join(" ");
  const running = new Map<BrowserName, TestBrowser>();
  describe(title, { meta: { browsers: names } }, () => {
    beforeAll(async () => {
      if (missing) return;
      for (const name of names) running.set(name, await launchBrowser(name));
    }, LAUNCH_TIMEOUT_MS);
    beforeEach((test) => {
      if (!missing) return;
      if (process.env["PEERHOOD_REQUIRE_BROWSERS"] === "1") throw new Error(missing);
      test.skip(missing);
    });
    afterAll(async () => {
      await Promise.all([...running.values()].map((browser) => browser.close()));
    }, LAUNCH_TIMEOUT_MS);
    body((name) => {
      const browser = running.get(name);
      if (!browser) throw new Error(`${name} is not running: use it within a test, not around it.`);
      return browser;
    });
  });
}

/** The same tests in each browser. */
export function describeEachBrowser(
  title: string,
  body: (browser: () => TestBrowser, name: BrowserName) => void,
): void {
  for (const name of BROWSER_NAMES) {
    describeWith([name], `${title} in ${name}`, (browser) => body(() => browser(name), name));
  }
}
