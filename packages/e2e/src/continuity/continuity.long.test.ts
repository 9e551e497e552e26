import { afterEach, beforeEach, expect, test } from "vitest";
import { killActors } from "../actors/start-actor.js";
import { findBrowser } from "../browser/find-browser.js";
import { launchBrowser } from "../browser/launch.js";
import type { TestBrowser } from "../browser/index.js";
import { Namespaces, whyNoNamespaces } from "./namespaces.js";
import { Scenario } from "./scenario.js";

/** CONTINUITY_FULL=1: as issue 6 asks for, some six minutes each. Otherwise 24 MiB and fewer faults. */
const FULL = process.env["CONTINUITY_FULL"] === "1";
const FILE_BYTES = (FULL ? 256 : 24) * 1_048_576;
const TIMES = FULL ? 5 : 3;
const timeout = FULL ? 900_000 : 240_000;

const chromium = findBrowser("chromium");
const why = (await whyNoNamespaces()) ?? ("missing" in chromium ? chromium.missing : undefined);
const isRequired = process.env["PEERHOOD_REQUIRE_ALL"] === "1" || process.env["PEERHOOD_REQUIRE_BROWSERS"] === "1";
let net: Namespaces;
let browser: TestBrowser | undefined;

beforeEach(async (context) => {
  if (why !== undefined && isRequired) throw new Error(why);
  if (why !== undefined) return context.skip(why);
  net = await Namespaces.create();
});
afterEach(async () => {
  killActors();
  await browser?.close();
  browser = undefined;
  await net?.close();
});

async function happen(scenario: Scenario, mobile: readonly (0 | 1)[]): Promise<void> {
  for (let i = 0; i < TIMES; i++) await scenario.measure("3 s down", () => scenario.down(3_000));
  for (const host of mobile) {
    const name = `address of ${host === 0 ? "the first" : "the second"} changed`;
    for (let i = 0; i < TIMES; i++) await scenario.measure(name, () => net.move(host));
  }
  if (FULL) for (let i = 0; i < 3; i++) await scenario.measure("20 s down", () => scenario.down(20_000));
  await scenario.measure("20 s down, server restarted meanwhile", () => scenario.downWithServer(20_000));
  await net.loss(10);
  await scenario.measure("10 % lost, 3 s down", () => scenario.down(3_000));
  await net.jitter(300);
  await scenario.measure("300 ms jitter, 3 s down", () => scenario.down(3_000));
  await net.jitter(0);
}

function check(medians: ReadonlyMap<string, number>): void {
  for (const [what, ms] of medians) {
    const clean = !/lost|jitter/.test(what);
    // What issue 6 wants, on a machine that has nothing else to do; CI prints.
    if (FULL && clean) expect(ms, what).toBeLessThan(what.startsWith("20 s") ? 3_000 : 1_500);
  }
}

test("two Node processes: a file each way and a chat go on, whatever happens", { timeout }, async () => {
  const scenario = await Scenario.begin(net, FILE_BYTES);
  await happen(scenario, [0]);
  check(await scenario.end());
});

test("Node and Chromium: a file each way and a chat go on, whatever happens", { timeout }, async () => {
  browser = await launchBrowser("chromium", { inside: net.inside(1) });
  const scenario = await Scenario.begin(net, FILE_BYTES, browser);
  await happen(scenario, [0, 1]);
  check(await scenario.end());
});
