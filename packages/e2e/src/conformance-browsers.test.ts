import { adapterConformance, PURPOSEFUL_ERROR_MESSAGE } from "@peerhood/testing";
import { afterAll, describe, expect, it } from "vitest";
import type * as pageModule from "./pages/conformance-adapter.page.js";
import { describeEachBrowser, type BrowserPage } from "./browser/index.js";

type Page = BrowserPage<typeof pageModule>;

const ENTRY = new URL("./pages/conformance-adapter.page.ts", import.meta.url);

/** A case waits several times for up to 20 s before it gives up by itself and says what it waited for. */
const TIMEOUT_MS = 60_000;

const cases = adapterConformance().map(({ name }) => name);
const themeOf = (name: string): string => name.slice(0, name.indexOf(":"));

describeEachBrowser("the contract of connection adapters", (browser) => {
  // Chromium refuses a page its 500th connection: each theme has a page of its own.
  describe.each([...new Set(cases.map(themeOf))])("%s", (theme) => {
    let page: Page | undefined;
    afterAll(() => page?.close());

    it.for(cases.filter((name) => themeOf(name) === theme))("%s", { timeout: TIMEOUT_MS }, async (name) => {
      page ??= await browser().open({ entry: ENTRY });
      await page.call("runCase", name);
      expect(page.takeUncaught().filter((line) => !line.includes(PURPOSEFUL_ERROR_MESSAGE))).toEqual([]);
    });
  });
});
