// The page of examples/room on a plain-http origin that is no secure context, as one opens it on a LAN.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEachBrowser } from "../browser/index.js";
import { noise, RoomPage } from "./room-page.js";
import { startRoomServer } from "./room-server.js";

/** Long enough on its way that a bar which is drawn every 200 ms shows some of it. */
const LARGE_BYTES = 32 * 1_048_576;
const SMALL_BYTES = 100_000;

let server: Awaited<ReturnType<typeof startRoomServer>>;
beforeAll(async () => {
  server = await startRoomServer();
}, 60_000);
afterAll(() => server.close());

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describeEachBrowser("the room page without a secure context", (browser, name) => {
  test("two pages see each other, chat, and hand files over", async () => {
    const url = `${server.url}/?room=${name}`;
    const a = await RoomPage.open(browser(), url);
    const b = await RoomPage.open(browser(), url);
    for (const page of [a, b]) {
      expect(await page.isSecureContext()).toEqual([false, "undefined"]);
      expect(await page.others()).toEqual([expect.stringMatching(/^direct/)]);
    }
    for (const [from, to, text] of [
      [a, b, "hello from the first"],
      [b, a, "and from the second"],
    ] as const) {
      await from.say(text);
      await Promise.all([from.hears(text), to.hears(text)]);
    }
    await a.give("large.bin", LARGE_BYTES, "choose");
    expect(sha256(await b.saved("large.bin"))).toBe(sha256(noise(LARGE_BYTES)));
    for (const page of [a, b]) {
      expect(await page.legs()).toEqual(["done"]);
      const bars = await page.barsShown();
      expect(bars.filter((position) => position > 0 && position < 1)).not.toEqual([]);
      expect(bars).toEqual(bars.toSorted((x, y) => x - y));
    }
    await b.give("small.bin", SMALL_BYTES, "drop");
    expect(sha256(await a.saved("small.bin"))).toBe(sha256(noise(SMALL_BYTES)));
    for (const page of [a, b]) {
      expect(await page.legs()).toEqual(["done", "done"]);
      expect(await page.problems()).toEqual([]);
    }
    await Promise.all([a.close(), b.close()]);
  });
});
