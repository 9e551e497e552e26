import { assert, assertEqual, type ConformanceCase } from "../case.js";
import { driverCase, encode, Inbox } from "./bus.js";
import type { DriverConformanceOptions } from "./options.js";

/** Bytes arrive as they were sent and belong to whoever got them; nobody's mistakes are another's. */
export function ownershipCases(options: DriverConformanceOptions): ConformanceCase[] {
  const payloads: readonly (readonly [string, Uint8Array])[] = [
    ["no bytes", new Uint8Array(0)],
    ["every value of a byte", Uint8Array.from({ length: 256 }, (_, index) => index)],
    ["bytes that are not UTF-8", Uint8Array.of(0xff, 0xfe, 0x80, 0xc0, 0x00, 0xed, 0xa0, 0x80)],
    ["a view into a larger buffer", Uint8Array.of(9, 9, 1, 2, 3, 9).subarray(2, 5)],
  ];
  return [
    ...payloads.map(([what, payload]) =>
      driverCase(options, `${what} arrive${what.startsWith("a ") ? "s" : ""} exactly`, async (bus) => {
        const [publisher, subscriber] = [await bus.driver(), await bus.driver()];
        const [near, far] = [new Inbox(), new Inbox()];
        await publisher.subscribe(bus.topic(), near.handler);
        await subscriber.subscribe(bus.topic(), far.handler);
        await publisher.publish(bus.topic(), payload);
        for (const message of [await near.first(), await far.first()]) {
          assert(ArrayBuffer.isView(message), "not a Uint8Array");
          assertEqual(message, payload, what);
        }
      }),
    ),

    driverCase(options, "each handler has its own copy of the bytes", async (bus) => {
      const [one, two] = [await bus.driver(), await bus.driver()];
      const seen: string[] = [];
      const inboxes = [new Inbox(), new Inbox(), new Inbox()];
      const drivers = [one, one, two];
      await Promise.all(
        inboxes.map((inbox, index) =>
          drivers[index]?.subscribe(bus.topic(), (data) => {
            seen.push(data.join());
            // All of the memory behind it, not the view alone.
            new Uint8Array(data.buffer).fill(0);
            inbox.handler(data);
          }),
        ),
      );
      const payload = Uint8Array.of(1, 2, 3);
      await one.publish(bus.topic(), payload);
      await Promise.all(inboxes.map((inbox) => inbox.first()));
      for (const each of seen) assertEqual(each, "1,2,3", "what a handler got after another had overwritten its own");
      assertEqual(payload, [1, 2, 3], "the publisher's bytes");
    }),

    driverCase(options, "the publisher may reuse its bytes once publish has resolved", async (bus) => {
      const [publisher, subscriber] = [await bus.driver(), await bus.driver()];
      const [near, far] = [new Inbox(), new Inbox()];
      await publisher.subscribe(bus.topic(), near.handler);
      await subscriber.subscribe(bus.topic(), far.handler);
      const payload = Uint8Array.of(1, 2, 3);
      await publisher.publish(bus.topic(), payload);
      payload.fill(0);
      assertEqual(await near.first(), [1, 2, 3], "the message at the same driver");
      assertEqual(await far.first(), [1, 2, 3], "the message at another driver");
    }),

    driverCase(options, "a handler that throws or rejects disturbs nobody", async (bus) => {
      const [one, two] = [await bus.driver(), await bus.driver()];
      // Heard, so that it is not logged.
      one.on("error", () => {});
      const [before, after, far] = [new Inbox(), new Inbox(), new Inbox()];
      await one.subscribe(bus.topic(), before.handler);
      await one.subscribe(bus.topic(), () => {
        throw new Error("Thrown on purpose by the conformance suite.");
      });
      await one.subscribe(bus.topic(), async () => {
        throw new Error("Rejected on purpose by the conformance suite.");
      });
      await one.subscribe(bus.topic(), after.handler);
      await two.subscribe(bus.topic(), far.handler);
      for (const text of ["first", "second"]) {
        await one.publish(bus.topic(), encode(text));
        await Promise.all([before, after, far].map((inbox) => inbox.received(text)));
      }
    }),
  ];
}
