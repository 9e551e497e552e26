import { expect, it } from "vitest";
import { describeWith, type BrowserPage, type TestBrowser } from "../browser/index.js";
import type * as pageModule from "./react.page.js";

const ENTRY = new URL("./react.page.ts", import.meta.url);

type Page = BrowserPage<typeof pageModule>;

/** Runs in the page before everything else: counts connections that are made and not closed. */
function countConnections(): void {
  const counts = { made: 0, open: 0 };
  const Native = RTCPeerConnection;
  class Counted extends Native {
    #closed = false;
    constructor(options?: RTCConfiguration) {
      super(options);
      counts.made++;
      counts.open++;
    }
    override close(): void {
      if (!this.#closed) counts.open--;
      this.#closed = true;
      super.close();
    }
  }
  Object.assign(globalThis, { RTCPeerConnection: Counted, native: counts });
}

async function open(browser: TestBrowser): Promise<Page> {
  const page = await browser.open<typeof pageModule>({ entry: ENTRY, before: countConnections });
  await page.call("observe", "lobby");
  return page;
}

const shows = (page: Page, id: string, text: string): Promise<void> =>
  expect.poll(() => page.call("text", id), { timeout: 10_000, interval: 20 }).toBe(text);

/** Nothing is left when the component is gone and the observers have left. */
async function expectNothingLeft(page: Page): Promise<void> {
  await page.call("leave");
  await expect
    .poll(() => page.call("left"), { timeout: 10_000, interval: 20 })
    .toEqual({ made: expect.any(Number), open: 0, drivers: 0, topics: 0 });
  expect(page.takeUncaught()).toEqual([]);
  expect(page.log.filter((line) => /warning|error/i.test(line))).toEqual([]);
  await page.close();
}

describeWith(["chromium"], "@peerhood/react in chromium", (browser) => {
  it("under StrictMode there is one peer, seen once; when it is unmounted nothing is left", async () => {
    const page = await open(browser("chromium"));
    await page.call("render", { room: "lobby", name: "member" });
    await shows(page, "remotes", "observer of lobby connected");
    await shows(page, "status", "joined");
    expect(await page.call("seen", "lobby")).toMatchObject({ events: ["met member"], remotes: 1 });
    expect(await page.call("left")).toMatchObject({ made: 2, open: 2, drivers: 1 });
    await page.call("unmount");
    await expect
      .poll(() => page.call("seen", "lobby").then(({ events }) => events), { timeout: 10_000, interval: 20 })
      .toEqual(["met member", "member left"]);
    await expectNothingLeft(page);
  });

  it("mounted and unmounted twenty times in one turn, it joins at the end or not at all", async () => {
    const page = await open(browser("chromium"));
    await page.call("flicker", 20, "lobby");
    await page.call("render", { room: "lobby", name: "last" });
    await shows(page, "remotes", "observer of lobby connected");
    await page.call("unmount");
    await expect.poll(() => page.call("seen", "lobby").then(({ remotes }) => remotes), { timeout: 10_000 }).toBe(0);
    const { events } = await page.call("seen", "lobby");
    expect(events.filter((event) => event.startsWith("met"))).toEqual(["met last"]);
    await expectNothingLeft(page);
  });

  it("shows messages both ways, metadata as it changes, and a file's progress", async () => {
    const page = await open(browser("chromium"));
    await page.call("render", { room: "lobby", name: "member" });
    await shows(page, "open", "1");
    await page.call("say", "lobby", "hello");
    await page.call("click");
    await shows(page, "messages", "got hello, sent from the button");
    await expect.poll(() => page.call("seen", "lobby").then(({ messages }) => messages)).toEqual(["from the button"]);

    await page.call("rename", "lobby", "another name");
    await shows(page, "remotes", "another name connected");
    await page.call("render", { room: "lobby", name: "renamed" });
    await page.call("render", { room: "lobby", name: "renamed", bytes: 2_000_000 });
    await shows(page, "progress", "done 2000000");
    expect((await page.call("seen", "lobby")).messages).toEqual(["from the button", 2_000_000]);
    await page.call("unmount");
    await expectNothingLeft(page);
  });

  it("shares a stream once under StrictMode, and plays what others share", async () => {
    const page = await open(browser("chromium"));
    await page.call("render", { room: "lobby", name: "member", canvas: true });
    const events = (): Promise<string[]> => page.call("seen", "lobby").then((seen) => seen.events);
    await expect.poll(events, { timeout: 10_000, interval: 20 }).toEqual(["met member", "stream camera"]);
    await page.call("shareFrom", "lobby");
    await shows(page, "streams", "1");
    await expect.poll(() => page.call("playing"), { timeout: 10_000, interval: 20 }).toBe(64);
    await page.call("render", { room: "lobby", name: "member" });
    await expect
      .poll(events, { timeout: 10_000, interval: 20 })
      .toEqual(["met member", "stream camera", "no stream camera"]);
    await page.call("unmount");
    await expectNothingLeft(page);
  });

  it("another room is another stay: it has left the first before it is in the second", async () => {
    const page = await open(browser("chromium"));
    await page.call("observe", "attic");
    await page.call("render", { room: "lobby", name: "member" });
    await shows(page, "remotes", "observer of lobby connected");
    await page.call("render", { room: "attic", name: "member" });
    await shows(page, "remotes", "observer of attic connected");
    expect((await page.call("seen", "lobby")).events).toEqual(["met member", "member left"]);
    expect((await page.call("seen", "attic")).events).toEqual(["met member"]);
    await page.call("render", { name: "member" });
    await shows(page, "status", "idle");
    await page.call("unmount");
    await expectNothingLeft(page);
  });
});
