// The documentation site as `npm run docs` builds it, in Chromium: light and dark, on a desk and on a phone.
// DOCS_SCREENSHOTS=<folder> keeps a picture of each.
import axe from "axe-core";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "../browser/describe-browser.js";
import { serveFolder } from "../packaging/serve-folder.js";

const DOCS = fileURLToPath(new URL("../../../docs/", import.meta.url));
const SITE = join(DOCS, ".vitepress/dist");
const PAGES = [
  "index.html",
  "start/bot.html",
  "concepts/rooms.html",
  "guide/connections.html",
  "migrate/trystero.html",
  "reference/errors.html",
  "reference/limits.html",
  "reference/api/peerhood/classes/Peer.html",
];
const SCREENS = [
  { name: "desk", viewport: { width: 1280, height: 900 } },
  { name: "phone", viewport: { width: 390, height: 844 } },
];
const pictures = process.env["DOCS_SCREENSHOTS"];

let server: Awaited<ReturnType<typeof serveFolder>>;
beforeAll(async () => {
  // CI has built it just before; whoever changes a page builds it anew.
  if (!existsSync(join(SITE, "index.html"))) {
    await promisify(execFile)(process.execPath, [join(DOCS, "scripts/site.mjs")], { maxBuffer: 10_000_000 });
  }
  server = await serveFolder(SITE);
}, 300_000);
afterAll(() => server.close());

describeWith(["chromium"], "the documentation site", (browser) => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const { name, viewport } of SCREENS) {
      it(`${colorScheme}, ${name}: axe-core finds nothing, and no page is wider than the screen`, async () => {
        const context = await (browser("chromium").native as Browser).newContext({ colorScheme, viewport });
        const page = await context.newPage();
        const found: string[] = [];
        try {
          for (const path of PAGES) {
            await page.goto(server.url + path, { waitUntil: "load" });
            await page.waitForFunction("document.querySelector('#app')?.__vue_app__ !== undefined");
            if (pictures !== undefined) {
              const file = `${path.replaceAll(/[/.]/g, "-")}-${colorScheme}-${name}.png`;
              await page.screenshot({ path: join(pictures, file) });
            }
            found.push(...(await problemsOf(page)).map((problem) => `${path}: ${problem}`));
          }
        } finally {
          await context.close();
        }
        expect(found).toEqual([]);
      });
    }
  }

  it("finds the page of an error by its code", async () => {
    const page = await (browser("chromium").native as Browser).newPage();
    try {
      await page.goto(server.url);
      await page.getByRole("button", { name: "Search" }).first().click();
      await page.getByRole("searchbox").fill("PASSWORD_GUESSES_LIMIT");
      await page.getByRole("option").filter({ hasText: "Errors" }).first().click();
      await page.waitForURL(/reference\/errors/);
    } finally {
      await page.close();
    }
  });
});

/** What axe-core finds, and whether something sticks out to the right. */
async function problemsOf(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    ${axe.source};
    const wide = document.documentElement.scrollWidth > innerWidth ? ["wider than the screen"] : [];
    return axe.run().then(({ violations }) =>
      [...wide, ...violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + " " + target.join(" ")))]);
  })()`);
}
