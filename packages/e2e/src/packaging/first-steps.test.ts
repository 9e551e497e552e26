// The first pages of the documentation, followed to the letter by somebody who has Node and an empty folder. The packages
// come from the tarballs, by way of a registry that has them.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { describeWith } from "../browser/describe-browser.js";
import { Reader } from "./follow-page.js";
import { startLocalRegistry, type LocalRegistry } from "./local-registry.js";

let registry: LocalRegistry;
beforeAll(async () => {
  registry = await startLocalRegistry(inject("tarballs"));
});
afterAll(() => registry.close());

// At once: most of it is npm, which waits for its registry.
describeWith(["chromium"], "the first steps", (browser) => {
  it.concurrent("a bot answers a guest", () => read((reader) => reader.follow("packages/docs/start/bot.md")));

  it.concurrent("a test of a bot passes", () => read((reader) => reader.follow("packages/docs/start/test.md")));

  it.concurrent("a page in two tabs: each sees the other, and what is written in one stands in the other", () =>
    read(async (reader) => {
      await reader.follow("packages/docs/start/page.md");
      const url = /http:\/\/localhost:\d+\//.exec(reader.printed)?.[0] ?? "";
      const context = await (browser("chromium").native as Browser).newContext();
      try {
        const [one, two] = [await openTab(context, url), await openTab(context, url)];
        for (const tab of [one, two]) await tab.getByText("is here").waitFor();
        await one.getByLabel("Message").fill("hello");
        await one.getByLabel("Message").press("Enter");
        await two.getByText("hello").waitFor();
        expect(await one.locator("body").innerText()).toContain("you: hello");
      } finally {
        await context.close();
      }
    }));
});

async function read(what: (reader: Reader) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "peerhood-first-steps-"));
  const reader = new Reader({ folder, registry: registry.url, port: await freePort() });
  try {
    await what(reader);
  } finally {
    await reader.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function openTab(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
