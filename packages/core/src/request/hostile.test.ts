import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PeerhoodError } from "../errors.js";
import { MAX_REQUESTS } from "./constants.js";
import { parseRequestMessage } from "./message.js";
import { HostileSide } from "./testing/hostile-side.js";

let side: HostileSide;
beforeEach(async () => {
  side = new HostileSide();
  await side.connect();
});
afterEach(() => side.end());

const codes = (): string[] => side.errors.map(({ code }) => code);
const ask = (method: string): Promise<string> =>
  side.victim.request(method, "x", { timeoutMs: 1_000 }).then(String, (error: PeerhoodError) => error.code);

describe("replies", () => {
  test("to what was never asked, to what is over, and a second one, change nothing", async () => {
    for (const reply of [0, 7, 2 ** 53 - 1]) {
      await side.say({ reply }, "forged");
      await side.say({ reply, error: { code: "REQUEST_FAILED", message: "forged" } });
      await side.say({ reply, void: true });
    }
    const answer = ask("a");
    await side.clock.advance(50);
    await side.say({ reply: 0 }, "first");
    await side.say({ reply: 0 }, "second");
    await side.say({ reply: 0, error: { code: "NO_RESPONDER" } });
    expect(await side.clock.runUntil(answer)).toBe("first");
    const next = ask("b");
    await side.clock.advance(50);
    await side.say({ reply: 0 }, "replayed");
    await side.say({ reply: 1 }, "right");
    expect(await side.clock.runUntil(next)).toBe("right");
    expect(codes()).toEqual([]);
    expect(side.victim.size).toBe(0);
  });

  test("an error is typed whatever it says, and as long as it may be", async () => {
    for (const [index, code] of ["PROTOCOL_ERROR", "no code of ours", "__proto__"].entries()) {
      const answer = side.victim.request("x", null, {}).then(String, (error: PeerhoodError) => error);
      await side.clock.advance(50);
      await side.say({ reply: index, error: { code, message: "m", remoteCode: "R", stack: "secret" } });
      const error = await side.clock.runUntil(answer);
      expect(error).toMatchObject({ code: "REQUEST_FAILED", message: "m", remoteCode: "R" });
    }
  });

  test("one that begins and never ends runs into the timeout", async () => {
    const answer = ask("x");
    await side.clock.advance(50);
    await side.say({ reply: 0 }, new ReadableStream({ pull: () => new Promise(() => {}) }));
    expect(await side.clock.runUntil(answer)).toBe("REQUEST_TIMEOUT");
    expect(side.victim.size).toBe(0);
  });
});

describe("requests", () => {
  test("what is no message closes the channel, with a typed error; the next request opens another", async () => {
    side.responders.add("x", () => 1);
    const broken: unknown[] = [
      undefined,
      null,
      7,
      [],
      {},
      { request: -1, method: "x" },
      { request: 1.5, method: "x" },
      { request: 1 },
      { request: 1, method: "" },
      { request: 1, method: "m".repeat(300) },
      { reply: "1" },
      { reply: 1, error: 7 },
      { reply: 1, error: {} },
      { cancel: {} },
    ];
    for (const info of broken) {
      const pending = ask("whatever is under way");
      await side.clock.advance(50);
      await side.say(info);
      expect([await side.clock.runUntil(pending), ...codes()], JSON.stringify(info)).toEqual([
        "PROTOCOL_ERROR",
        "PROTOCOL_ERROR",
      ]);
      expect(side.victim.size).toBe(0);
      side.errors.length = 0;
      side.heard.length = 0;
      await side.clock.advance(5_000);
      await side.say({ request: 1, method: "x" });
      expect(side.heard.map(({ info: said }) => said)).toEqual([{ reply: 1 }]);
    }
  });

  test("the id of one that runs, used again, is a violation; of one that is answered, a new request", async () => {
    let runs = 0;
    side.responders.add("quick", () => ++runs);
    await side.say({ request: 5, method: "quick" });
    await side.say({ request: 5, method: "quick" });
    expect([runs, ...codes()]).toEqual([2]);
    side.responders.add("slow", () => new Promise(() => {}));
    await side.say({ request: 6, method: "slow" });
    await side.say({ request: 6, method: "slow" });
    expect(codes()).toEqual(["PROTOCOL_ERROR"]);
  });

  test("a handler is not made to hold what the remote puts beside the request", () => {
    const info = { request: 1, method: "x", junk: "j".repeat(40_000) };
    expect(parseRequestMessage(info)).toEqual({ request: 1, method: "x" });
    expect(info).toEqual({});
  });

  test("a flood keeps no more handlers running than the bound, over one channel or several", async () => {
    let running = 0;
    side.responders.add("slow", () => {
      running++;
      return new Promise(() => {});
    });
    for (let round = 0; round < 3; round++) {
      await side.clock.runUntil(side.channel.open());
      for (let id = 0; id < MAX_REQUESTS; id++) {
        side.channel.send(side.channel.prepare("", { request: id, method: "slow", void: true }));
      }
      await side.clock.advance(2_000);
      // Handlers whose channel is gone are not forgotten.
      if (round === 1) side.channel.fail({ code: "CHANNEL_CLOSED", message: "gone" } as PeerhoodError);
      await side.clock.advance(5_000);
    }
    expect(running).toBe(MAX_REQUESTS);
    expect(side.heard.length).toBeGreaterThan(0);
    expect(side.heard.at(-1)?.info).toMatchObject({ error: { code: "TOO_MANY_REQUESTS" } });
    expect(codes().filter((code) => code !== "PROTOCOL_ERROR")).toEqual([]);
  }, 60_000);

  test("a flood of unknown methods, nothing read of the answers, is refused up to a bound", async () => {
    for (let id = 0; id < 20_000; id++) side.channel.send(side.channel.prepare("", { request: id, method: "nobody" }));
    let most = 0;
    for (let step = 0; step < 200; step++) {
      await side.clock.advance(10);
      most = Math.max(most, side.victim.size);
    }
    expect(most).toBeLessThanOrEqual(MAX_REQUESTS);
    expect(most).toBeGreaterThan(0);
    for (let step = 0; step < 200; step++) {
      for (const { data } of side.heard.splice(0)) void data.cancel();
      await side.clock.advance(10);
    }
    expect(side.victim.size).toBe(0);
  }, 60_000);

  test("this side asks no more than the bound at once, and says so", async () => {
    const all = Array.from({ length: MAX_REQUESTS }, () => ask("x"));
    expect(await side.clock.runUntil(ask("one more"))).toBe("TOO_MANY_REQUESTS");
    expect(new Set(await side.clock.runUntil(Promise.all(all)))).toEqual(new Set(["REQUEST_TIMEOUT"]));
    expect(side.victim.size).toBe(0);
  }, 60_000);
});
