// Two browsers on two hosts, and a network between them that loses packets.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { killActors, startActor } from "../actors/start-actor.js";
import { launchBrowser, type TestBrowser } from "../browser/launch.js";
import type { BrowserPage } from "../browser/index.js";
import { Namespaces, whyNoNamespaces } from "../continuity/namespaces.js";
import type * as server from "../continuity/server.js";
import type * as mediaActor from "../media/media-actor.js";

const LOSS_PERCENT = 2;
const WATCHED_MS = 15_000;
/** A frame that misses a packet waits for it to be sent again; a picture that needs a key frame stands longer. */
const MAX_GAP_MS = 1_000;
const PORT = 8_787;
/** Host names instead of addresses in candidates: nothing resolves them behind a router. */
const ARGS = ["--disable-features=WebRtcHideLocalIpsWithMdns"];

const why = await whyNoNamespaces();
let net: Namespaces;
const browsers: TestBrowser[] = [];

beforeAll(async () => {
  if (why === undefined) net = await Namespaces.create();
});
afterEach(async () => {
  for (const browser of browsers.splice(0)) await browser.close();
  killActors();
});
afterAll(() => net?.close());

describe.skipIf(why !== undefined)(`media over a lossy path${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  test(`with ${LOSS_PERCENT} % of the packets lost pictures go on, and little sound is made up`, async () => {
    const broker = await startActor<typeof server>(new URL("../continuity/server.ts", import.meta.url), "node", {
      inside: net.inside(2),
    });
    await broker.call("start", PORT);
    const members: BrowserPage<typeof mediaActor>[] = [];
    for (const host of [0, 1] as const) {
      const browser = await launchBrowser("chromium", { inside: net.inside(host), args: ARGS });
      browsers.push(browser);
      members.push(
        await browser.open<typeof mediaActor>({ entry: new URL("../media/media-actor.ts", import.meta.url) }),
      );
    }
    await net.loss(LOSS_PERCENT);
    await Promise.all(
      members.map((member, host) => member.call("join", `ws://${net.serverAddress(host as 0 | 1)}:${PORT}`, "lossy")),
    );
    for (const member of members) await member.call("share", "camera", ["audio", "video"]);
    for (const member of members) {
      await member.call("labelsUntil", "camera");
      for (const kind of ["audio", "video"] as const) await member.call("plays", "camera", kind);
    }
    const before = await Promise.all(members.map((member) => member.call("heard", "camera")));
    for (const member of members) await member.call("watchFlow", "camera", "video");
    await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
    const total = { samples: 0, concealed: 0, packets: 0, lostPackets: 0 };
    for (const [host, member] of members.entries()) {
      const [gapMs = Number.NaN] = await member.call("longestGaps");
      const after = await member.call("heard", "camera");
      for (const key of ["samples", "concealed", "packets", "lostPackets"] as const)
        total[key] += after[key] - (before[host]?.[key] ?? 0);
      console.log(`host ${host}: longest gap of video ${gapMs} ms`);
      expect(gapMs).toBeLessThan(MAX_GAP_MS);
    }
    const concealed = total.concealed / total.samples;
    console.log(
      `${total.lostPackets} of ${total.packets} packets of sound lost, ${(concealed * 100).toFixed(2)} % concealed`,
    );
    // It was lossy indeed.
    expect(total.lostPackets).toBeGreaterThan(0);
    // Of both together: how many are lost of so few packets is luck.
    expect(concealed).toBeLessThan(0.05);
    await net.loss(0);
    for (const member of members) expect(await member.call("leave")).toEqual([]);
    await broker.call("stop");
    await broker.close();
  });
});
