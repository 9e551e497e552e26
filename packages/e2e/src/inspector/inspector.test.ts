// <peerhood-inspector> on the page of examples/room with ?inspect, over real connections.
import type { PeerSnapshot } from "@peerhood/core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith } from "../browser/index.js";
import { accessibilityProblems } from "../room-page/room-media.js";
import { RoomPage } from "../room-page/room-page.js";
import { startRoomServer } from "../room-page/room-server.js";
import { InspectedPage } from "./inspected-page.js";

const FILE_BYTES = 24 * 1_048_576;

let server: Awaited<ReturnType<typeof startRoomServer>>;
beforeAll(async () => {
  server = await startRoomServer();
}, 60_000);
afterAll(() => server.close());

describeWith(["chromium"], "the room page with ?inspect in chromium", (browser) => {
  test("shows the other peer, how they met, a channel, and its rate while a file is on its way", async () => {
    const a = await RoomPage.open(browser("chromium"), `${server.url}/?room=inspected&inspect`);
    const b = await RoomPage.open(browser("chromium"), `${server.url}/?room=inspected`);
    const inspector = new InspectedPage(a);
    expect(await b.evaluate(`document.querySelector("peerhood-inspector")`)).toBe(null);

    await inspector.until(`root.querySelector('.people [data-state="connected"]')?.textContent === "connected"`);
    expect(await inspector.until(`root.querySelector(".mesh").getAttribute("aria-label")`)).toBe(
      "This peer is connected to 1 of 1",
    );
    const name = await b.evaluate<string>(`document.querySelector("#name").value`);
    expect(await inspector.until(`root.querySelector(".people b").textContent`)).toBe(name);
    const rungs = await inspector.until<string[]>(
      `Array.from(root.querySelectorAll(".ladder .arrow"), (rung) => rung.textContent)`,
    );
    expect(rungs).toContainEqual(expect.stringMatching(/^sent by the broker: intro$/));
    expect(rungs).toContainEqual(expect.stringMatching(/^(sent|received) by the broker, connection 1: offer$/));
    expect(rungs).toContainEqual(expect.stringMatching(/^received directly, connection 1: hello$/));
    expect(await inspector.until(`/direct.*udp/.test(root.querySelector(".facts").textContent)`)).toBe(true);
    expect(
      await inspector.until(`root.querySelector(".happenings").textContent.includes("connection:connected")`),
    ).toBe(true);

    const before = await inspector.channelUntil("files", `state === "open" && points > 2`);
    expect(before).toMatchObject({ sent: 0, received: 0, highest: 0 });
    await a.give("large.bin", FILE_BYTES, "choose");
    const during = await inspector.channelUntil("files", "sent > 200_000");
    expect(during.highest).toBeGreaterThan(200_000);
    expect(await b.legs()).toEqual(["done"]);
    const after = await inspector.channelUntil("files", `sent === 0 && figures.includes("25.")`);
    expect(after.figures).toMatch(/^↑ 1 message, 25\.\d MB · ↓ 0 messages/);
    expect(after.highest).toBeGreaterThanOrEqual(during.highest);
    expect(after.highestBuffered).toBeGreaterThan(0);
    await inspector.channelUntil("chat", `state === "open" && sent === 0 && highest === 0`);

    const snapshot = await inspector.until<PeerSnapshot>("snapshot");
    expect(snapshot.remotes[0]?.connection?.candidatePair?.local).toEqual({
      type: expect.stringMatching(/host|prflx/),
      protocol: "udp",
    });
    expect(JSON.stringify(snapshot)).not.toMatch(/127\.0\.0\.1|\.local|ufrag|a=candidate/);
    await b.close();
    expect(await inspector.until(`root.querySelector(".people .chip").textContent === "left"`)).toBe(true);
    await a.close();
  });

  test("axe-core finds nothing, light and dark, wide and narrow; what has the focus keeps it", async () => {
    const url = `${server.url}/?room=looked-at`;
    const a = await RoomPage.open(browser("chromium"), `${url}&inspect`);
    const b = await RoomPage.open(browser("chromium"), url);
    const inspector = new InspectedPage(a);
    await inspector.channelUntil("chat", `state === "open" && points > 1`);
    const [context] = (browser("chromium").native as Browser).contexts();
    const page = context?.pages().find((each) => each.url().includes("looked-at&inspect"));
    for (const [colorScheme, width] of [
      ["light", 1_280],
      ["dark", 390],
    ] as const) {
      // Without the page's transitions, in the midst of which colours are neither the ones nor the others.
      await page?.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page?.setViewportSize({ width, height: 800 });
      expect(await accessibilityProblems(a)).toEqual([]);
      // Nothing is wider than the page.
      expect(await a.evaluate("document.documentElement.scrollWidth")).toBe(width);
    }
    await a.evaluate(`document.querySelector("peerhood-inspector").shadowRoot.querySelector(".people button").focus()`);
    const { at } = await inspector.until<PeerSnapshot>("snapshot");
    await inspector.until(`snapshot.at > ${at + 1_000}`);
    expect(await inspector.until(`root.activeElement?.closest(".people") != null`)).toBe(true);
    const focused = await a.evaluate<string>(`(async () => {
      const inspector = document.querySelector("peerhood-inspector");
      const names = () => Array.from(inspector.shadowRoot.querySelectorAll(".people b"), (name) => name.textContent).join();
      const [first, second, third] = ["first", "second", "third"].map((name) =>
        ({ ...inspector.snapshot.remotes[0], id: name, metadata: { name } }));
      let now = { ...inspector.snapshot, remotes: [first, second, third], gone: [] };
      inspector.peer = { snapshot: async () => now };
      while (names() !== "first,second,third") await new Promise(requestAnimationFrame);
      inspector.shadowRoot.querySelectorAll(".people button")[1].focus();
      now = { ...now, at: now.at + 1, remotes: [third, second], gone: [{ ...first, state: "closed" }] };
      while (names() !== "third,second,first") await new Promise(requestAnimationFrame);
      return inspector.shadowRoot.activeElement?.querySelector("b").textContent;
    })()`);
    expect(focused).toBe("second");
    await Promise.all([a.close(), b.close()]);
  });

  test("asks for nothing while it can not be seen, or is paused", async () => {
    const a = await RoomPage.open(browser("chromium"), `${server.url}/?room=unseen&inspect`);
    const asked = await a.evaluate<number[][]>(`(async () => {
      await customElements.whenDefined("peerhood-inspector");
      const [seen, other] = [document.createElement("peerhood-inspector"), document.createElement("peerhood-inspector")];
      const { peer } = document.querySelector("peerhood-inspector");
      const counted = (inspector) => {
        const counter = { count: 0 };
        inspector.peer = { snapshot: (options) => (counter.count++, peer.snapshot(options)) };
        inspector.setAttribute("interval", "100");
        // Both have to be in view.
        Object.assign(inspector.style, { height: "40px", overflow: "hidden" });
        return counter;
      };
      const counts = [counted(seen), counted(other)];
      document.querySelector(".inspect").prepend(seen, other);
      // The one that stays to be seen is the clock.
      const ticks = async (more) => {
        const upTo = counts[0].count + more;
        while (counts[0].count < upTo) await new Promise(requestAnimationFrame);
        return counts.map(({ count }) => count);
      };
      const change = async (how) => {
        how();
        const from = await ticks(2);
        return (await ticks(5)).map((count, index) => count - from[index]);
      };
      return [
        await change(() => {}),
        await change(() => (other.hidden = true)),
        await change(() => (other.hidden = false)),
        await change(() => (other.paused = true)),
        await change(() => (other.paused = false)),
        await change(() => other.remove()),
      ];
    })()`);
    const [both, hidden, shown, paused, going, gone] = asked.map(([, other]) => other);
    expect([hidden, paused, gone]).toEqual([0, 0, 0]);
    for (const count of [both, shown, going]) expect(count).toBeGreaterThan(1);
    await a.close();
  });
});
