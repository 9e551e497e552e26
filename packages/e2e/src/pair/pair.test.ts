// Connections between two runtimes, at the level of the adapters: no rooms, signals carried by the test.
import { nodeAdapter } from "@peerhood/adapter-node";
import { afterEach, expect, test } from "vitest";
import { describeWith, type BrowserName, type TestBrowser } from "../browser/index.js";
import { PairEnd } from "./pair-end.js";
import type * as pageModule from "./pair.page.js";

type Place = BrowserName | "node";

/** The methods of a PairEnd, in whichever runtime it lives. */
type End = {
  [Method in keyof PairEnd]: (...args: Parameters<PairEnd[Method]>) => Promise<Awaited<ReturnType<PairEnd[Method]>>>;
};

const MESSAGES = 1_000;
/** Without word from the other side, ICE takes at least this long to say `disconnected`. */
const ICE_NOTICES_MS = 5_000;
/**
 * Chromium does not take the graceful end of SCTP for an end (packages/docs/facts.md), which is how a Node connection ends
 * if Chromium answers quickly: then ICE notices. Sessions say goodbye themselves, before they close.
 */
const SILENCE_NOTICED_MS = 15_000;
const ENTRY = new URL("./pair.page.ts", import.meta.url);

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUp.splice(0).map((close) => close()));
});

async function startEnd(place: TestBrowser | "node"): Promise<End> {
  if (place === "node") {
    const end = new PairEnd(nodeAdapter);
    cleanUp.push(() => end.close());
    return asEnd(async (method, args) => (end[method] as (...given: unknown[]) => unknown).apply(end, args));
  }
  const page = await place.open<typeof pageModule>({ entry: ENTRY });
  cleanUp.push(() => page.close());
  await page.call("start");
  return asEnd((method, args) => page.call("call", method, ...(args as never[])));
}

function asEnd(call: (method: keyof PairEnd, args: unknown[]) => Promise<unknown>): End {
  return new Proxy({} as End, {
    // Not a promise itself: `await` asks for `then`.
    get: (_, name) => (name === "then" ? undefined : (...args: unknown[]) => call(name as keyof PairEnd, args)),
  });
}

/** Carries candidates until the last; those that come when all is over concern nobody. */
async function trickle(from: End, to: End): Promise<void> {
  for (let index = 0; ; index++) {
    const candidate = await from.candidate(index);
    await to.addCandidate(candidate);
    if (candidate === null) return;
  }
}

async function connect(a: End, b: End): Promise<void> {
  const answer = await b.acceptOffer(await a.createOffer());
  await a.acceptAnswer(answer);
  await Promise.all([trickle(a, b), trickle(b, a), a.opened(), b.opened()]);
}

async function talk(a: End, b: End): Promise<void> {
  await Promise.all([a.send(MESSAGES), b.send(MESSAGES)]);
  expect(await Promise.all([a.receive(MESSAGES), b.receive(MESSAGES)])).toEqual([[], []]);
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    await from.sendLargest();
    expect(await to.receivedBytes()).toBe(await from.maxMessageBytes());
    const { selectedCandidatePair, bytesSent, bytesReceived } = await from.stats();
    expect(selectedCandidatePair?.local.protocol).toBe("udp");
    expect(bytesSent).toBeGreaterThan(MESSAGES * 100);
    expect(bytesReceived).toBeGreaterThan(MESSAGES * 100);
  }
}

function pairTests(places: readonly [Place, Place], browser: (name: BrowserName) => TestBrowser): void {
  const start = (place: Place): Promise<End> => startEnd(place === "node" ? "node" : browser(place));
  for (const [offering, answering] of [places, [places[1], places[0]] as const]) {
    test(`${offering} offers, ${answering} answers, ${MESSAGES} messages each way, ${offering} closes`, async () => {
      const [a, b] = await Promise.all([start(offering), start(answering)]);
      await connect(a, b);
      await talk(a, b);
      await a.close();
      const closed = performance.now();
      await b.ended();
      const isSilent = offering === "node" && answering === "chromium";
      expect(performance.now() - closed).toBeLessThan(isSilent ? SILENCE_NOTICED_MS : ICE_NOTICES_MS);
      await b.close();
    }, 40_000);
  }
}

describeWith(["chromium"], "Chromium and Node", (browser) => pairTests(["chromium", "node"], browser));
describeWith(["firefox"], "Firefox and Node", (browser) => pairTests(["firefox", "node"], browser));
describeWith(["chromium", "firefox"], "Chromium and Firefox", (browser) => pairTests(["chromium", "firefox"], browser));
