import { HostileBroker, SeededRandom, VirtualClock } from "@peerhood/testing";
import { fc, seed } from "@peerhood/testing/test-support/fast-check";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { meetOverHostileBroker, scenario } from "./testing/hostile-meeting.js";
import { Members } from "./testing/members.js";

// Impostors are members as we are, but for the id that they claim.
vi.mock(import("../sealing/identity-key.js"), async (original) => {
  const [real, { claim }] = [await original(), await import("./testing/impostors.js")];
  return { ...real, createIdentityKey: (secret) => claim(real.createIdentityKey(secret)) };
});

/** Of each kind; more of them by the environment. */
const RUNS = Number(process.env["PEERHOOD_HOSTILE_RUNS"] ?? 2_000);

beforeAll(() => Members.warmUp());

describe("a hostile broker between two members", { timeout: 1_000 * RUNS }, () => {
  test.each([undefined, "a long password"])(
    "never is in the place of another, and reads nothing (password: %s)",
    async (password) => {
      const startedAt = performance.now();
      const ends = { connected: 0, refused: 0, apart: 0 };
      const apart: unknown[] = [];
      await fc.assert(
        fc.asyncProperty(scenario, async (what) => {
          const end = await meetOverHostileBroker(what, password);
          ends[end]++;
          if (end === "apart") apart.push(what);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
      console.info(
        `${RUNS} runs with ${password ?? "no password"}, ${seconds} s, PEERHOOD_SEED=${seed}: ${JSON.stringify(ends)}`,
      );
      // Once it has stopped they find each other, or know why not, whatever it did before.
      expect(apart).toEqual([]);
      expect(ends.connected).toBeGreaterThan(0.9 * RUNS);
    },
  );

  test("reads what is said in the clear: the search finds it, among other bytes and in topics", async () => {
    const clock = new VirtualClock();
    const broker = new HostileBroker({ clock, random: new SeededRandom(1) });
    const text = "metadata of älice";
    expect(broker.findAny([text])).toBeUndefined();
    await broker.createDriver().publish("t", Uint8Array.from([255, 0, ...new TextEncoder().encode(text), 195]));
    await broker.createDriver().publish("room/all", new Uint8Array(1));
    expect(broker.findAny(["no", text])).toBe(text);
    expect(broker.findAny(["room/all"])).toBe("room/all");
  });
});
