import { fc } from "../test-support/fast-check.js";
import { expect, test } from "vitest";
import { VirtualClock } from "../clock/virtual-clock.js";
import { connectPair } from "../conformance/adapter/connected-pair.js";
import { assertNothingLeft } from "../leaks/assert-nothing-left.js";
import { SimulatedNetwork } from "../network/simulated-network.js";
import { createSimulatedAdapter } from "./simulated-adapter.js";

const conditions = fc.record({
  latencyMs: fc.double({ min: 0, max: 300, noNaN: true }),
  jitterMs: fc.double({ min: 0, max: 300, noNaN: true }),
  loss: fc.double({ min: 0, max: 0.3, noNaN: true }),
  reorder: fc.double({ min: 0, max: 0.5, noNaN: true }),
  duplicate: fc.double({ min: 0, max: 0.5, noNaN: true }),
  bandwidthBytesPerSecond: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 20_000, max: 1e7 })),
});

const channelKind = fc.record({
  ordered: fc.boolean(),
  limit: fc.constantFrom({}, { maxRetransmits: 0 }, { maxRetransmits: 3 }, { maxPacketLifeTime: 200 }),
});

/** Messages that each side sends, in bytes. */
const sizes = fc.array(fc.nat(30_000), { maxLength: 20 });

test("whatever the network: channels keep what their kind promises, close on both sides, and nothing is left", async () => {
  await fc.assert(
    fc.asyncProperty(conditions, channelKind, sizes, sizes, fc.nat(), async (network, kind, fromA, fromB, seed) => {
      const clock = new VirtualClock();
      const simulated = new SimulatedNetwork({ clock, seed, ...network });
      // An hour: that connecting takes long is no fault here.
      const context = {
        adapter: createSimulatedAdapter(simulated, { host: "a", disconnectedAfterMs: 3e6, failedAfterMs: 3e6 }),
        remoteAdapter: createSimulatedAdapter(simulated, { host: "b", disconnectedAfterMs: 3e6, failedAfterMs: 3e6 }),
        clock,
        timeoutMs: 3e6,
      };
      const pair = await clock.runUntil(connectPair(context));
      const init = { label: "x", id: 1, ordered: kind.ordered, ...kind.limit };
      const { a, b } = await clock.runUntil(pair.open(init));
      // The first four bytes number the message.
      const send = (inbox: typeof a, list: readonly number[]): void => {
        for (const [number, size] of list.entries()) {
          const message = new DataView(new ArrayBuffer(4 + size));
          message.setUint32(0, number);
          inbox.channel.send(message);
        }
      };
      send(a, fromA);
      send(b, fromB);
      await clock.advance(300_000);

      for (const [inbox, sent] of [
        [b, fromA],
        [a, fromB],
      ] as const) {
        const numbers = inbox.messages.map((message) => {
          const view = new DataView(message as ArrayBuffer);
          const number = view.getUint32(0);
          expect(view.byteLength).toBe(4 + (sent[number] ?? Number.NaN));
          return number;
        });
        const sorted = [...numbers].sort((one, other) => one - other);
        expect(new Set(numbers).size).toBe(numbers.length);
        if (kind.ordered) expect(numbers).toEqual(sorted);
        if (Object.keys(kind.limit).length === 0) expect(sorted).toEqual([...sent.keys()]);
      }

      a.channel.close();
      await clock.runUntil(Promise.all([a.closed(), b.closed()]));
      await pair.close();
      await assertNothingLeft(simulated);
    }),
    { numRuns: 25 },
  );
}, 60_000);
