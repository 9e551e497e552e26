import { assertNothingLeft } from "@peerhood/testing";
import { fc } from "@peerhood/testing/test-support/fast-check";
import { expect, test, vi } from "vitest";
import type { PeerhoodError } from "../errors.js";
import { Requests } from "./requests.js";
import { RoomOfPeers } from "./testing/room-of-peers.js";

/** What one request asks for, and what becomes of it. */
const step = fc.record({
  from: fc.nat(2),
  to: fc.nat(2),
  atMs: fc.nat(3_000),
  method: fc.constantFrom("echo", "fail", "never", "stream", "nobody"),
  bytes: fc.constantFrom(0, 10, 20_000, 400_000),
  handlerMs: fc.nat(1_500),
  timeoutMs: fc.integer({ min: 1, max: 4_000 }),
  abortAfterMs: fc.option(fc.nat(2_000), { nil: undefined }),
});

const leaving = fc.option(fc.record({ who: fc.nat(2), atMs: fc.nat(3_500) }), { nil: undefined });

type Plan = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What it may end in; the codes are those that its own plan, or somebody who leaves, can bring about. */
function allowed(plan: Plan, someoneLeaves: boolean): Set<string> {
  const outcomes = new Set(["REQUEST_TIMEOUT"]);
  if (plan.abortAfterMs !== undefined) outcomes.add("ABORTED");
  if (plan.method === "echo" || plan.method === "stream") outcomes.add(`${plan.bytes} bytes`);
  if (plan.method === "fail") outcomes.add("REQUEST_FAILED E_APP");
  if (plan.method === "nobody") outcomes.add("NO_RESPONDER");
  if (someoneLeaves) for (const code of ["CONNECTION_CLOSED", "CHANNEL_CLOSED"]) outcomes.add(code);
  return outcomes;
}

test("whatever is asked, aborted, late or gone: each request ends as it may, once, and no table keeps anything", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), leaving, fc.nat(), async (plans, leaver, seed) => {
      const room = new RoomOfPeers(3, { seed, latencyMs: 15, jitterMs: 20, loss: 0.02 });
      const { clock } = room;
      await room.meet();
      const remotes = [0, 1, 2].map((from) => [0, 1, 2].map((to) => (from === to ? undefined : room.remote(from, to))));
      // Each asks each once, so that all tables are known.
      const asked = vi.spyOn(Requests.prototype, "request");
      const all = remotes.flat().map((remote) => remote?.request("nobody").catch(() => {}));
      await clock.runUntil(Promise.all(all));
      const tables = new Set(asked.mock.contexts as unknown as Requests[]);
      asked.mockRestore();
      expect(tables.size).toBe(6);
      const running = new Set<object>();
      for (const peer of room.peers) {
        const run = async (ms: number, signal: AbortSignal): Promise<void> => {
          const token = {};
          running.add(token);
          await new Promise<void>((resolve) => {
            const timer = clock.setTimeout(resolve, ms);
            signal.addEventListener("abort", () => {
              clock.clearTimeout(timer);
              resolve();
            });
          });
          running.delete(token);
        };
        peer.respond("echo", async ({ data, signal }) => {
          const bytes = (await data) as ArrayBuffer;
          await run(new DataView(bytes).getUint32(0), signal);
          return bytes.slice(4);
        });
        peer.respond("stream", async ({ data, signal }) => {
          const bytes = (await data) as ArrayBuffer;
          await run(10, signal);
          return new Blob([bytes.slice(4)]).stream();
        });
        peer.respond("fail", async ({ signal }) => {
          await run(20, signal);
          throw Object.assign(new Error("no"), { code: "E_APP" });
        });
        peer.respond("never", async ({ signal }) => run(1e9, signal));
      }
      const outcomes = plans.map(async (plan): Promise<void> => {
        const { from, to, atMs, method, bytes, handlerMs, timeoutMs, abortAfterMs } = plan;
        const remote = remotes[from]?.[to];
        if (remote === undefined) return;
        await new Promise<void>((resolve) => clock.setTimeout(resolve, atMs));
        const payload = new Uint8Array(4 + bytes);
        new DataView(payload.buffer).setUint32(0, handlerMs);
        const aborting = new AbortController();
        const startedAt = clock.now();
        let abortTimer: unknown;
        if (abortAfterMs !== undefined) abortTimer = clock.setTimeout(() => aborting.abort(), abortAfterMs);
        const outcome = await remote.request<ArrayBuffer>(method, payload, { timeoutMs, signal: aborting.signal }).then(
          (value) => `${value.byteLength} bytes`,
          ({ code, remoteCode }: PeerhoodError) => [code, remoteCode].join(" ").trim(),
        );
        clock.clearTimeout(abortTimer);
        const took = clock.now() - startedAt;
        expect([...allowed(plan, leaver !== undefined)]).toContain(outcome);
        // Never later than both of what ends it for sure, and those two not before their time.
        expect(took).toBeLessThanOrEqual(Math.min(timeoutMs, abortAfterMs ?? timeoutMs));
        if (outcome === "REQUEST_TIMEOUT") expect(took).toBe(timeoutMs);
        if (outcome === "ABORTED") expect(took).toBe(abortAfterMs);
        if (method === "echo" && outcome.endsWith("bytes")) expect(took).toBeGreaterThanOrEqual(handlerMs);
      });
      if (leaver !== undefined) {
        clock.setTimeout(() => void room.peer(leaver.who).leave(), leaver.atMs);
      }
      await clock.runUntil(Promise.all(outcomes));
      await clock.advance(10_000);
      expect(running.size).toBe(0);
      expect([...tables].map(({ size }) => size)).toEqual([0, 0, 0, 0, 0, 0]);
      await clock.runUntil(Promise.all(room.peers.map((peer) => peer.leave())));
      await assertNothingLeft(room.network);
      expect(room.errors).toEqual([]);
    }),
    { numRuns: 60 },
  );
}, 120_000);
