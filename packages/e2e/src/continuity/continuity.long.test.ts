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
/** How long nothing is done on a bad line. */
const STEADY_MS = FULL ? 30_000 : 5_000;
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

async function move(scenario: Scenario, mobile: readonly (0 | 1)[]): Promise<void> {
  for (const host of mobile) {
    const name = `address of ${host === 0 ? "the first" : "the second"} changed`;
    for (let i = 0; i < TIMES; i++) await scenario.measure(name, () => net.move(host));
  }
}

async function happen(scenario: Scenario, mobile: readonly (0 | 1)[]): Promise<void> {
  for (let i = 0; i < TIMES; i++) await scenario.measure("3 s down", () => scenario.down(3_000));
  await move(scenario, mobile);
  if (FULL) for (let i = 0; i < 3; i++) await scenario.measure("20 s down", () => scenario.down(20_000));
  await scenario.measure("20 s down, server restarted meanwhile", () => scenario.downWithServer(20_000));
  await scenario.calm();
  await net.loss(10);
  await scenario.steady("10 % lost", STEADY_MS);
  await scenario.measure("10 % lost, 3 s down", () => scenario.down(3_000));
  await scenario.calm();
  await net.jitter(300);
  await scenario.steady("300 ms jitter", STEADY_MS);
  await scenario.measure("300 ms jitter, 3 s down", () => scenario.down(3_000));
  await net.jitter(0);
}

/** As issue 6 wants it, on a machine that has nothing else to do; CI prints. */
function check(medians: ReadonlyMap<string, number>, addressMs = 1_500): void {
  if (!FULL) return;
  for (const [what, ms] of medians) {
    if (/lost|jitter/.test(what)) continue;
    const bound = what.startsWith("address") ? addressMs : what.startsWith("20 s") ? 3_000 : 1_500;
    expect(ms, what).toBeLessThan(bound);
  }
}

test("two Node processes: a file each way and a chat go on, whatever happens", { timeout }, async () => {
  const scenario = await Scenario.begin(net, FILE_BYTES);
  await happen(scenario, [0]);
  check(await scenario.end());
});

test("Node and Chromium: a file each way and a chat go on, whatever happens", { timeout }, async () => {
  browser = await launchBrowser("chromium", { inside: net.inside(1), media: false });
  const scenario = await Scenario.begin(net, FILE_BYTES, browser);
  await happen(scenario, [0, 1]);
  check(await scenario.end());
});

test(
  "Chromium, whose page may use the camera, moves to another address, which it hears of two seconds later",
  { timeout },
  async () => {
    browser = await launchBrowser("chromium", { inside: net.inside(1) });
    const scenario = await Scenario.begin(net, FILE_BYTES, browser);
    await move(scenario, [1]);
    check(await scenario.end(), 3_000);
  },
);
