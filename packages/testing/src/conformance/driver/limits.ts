import { assert, assertEqual, assertRejects, type ConformanceCase } from "../case.js";
import { driverCase, encode, Inbox } from "./bus.js";
import type { DriverConformanceOptions } from "./options.js";

const ALWAYS_PASSES_BYTES = 16_384;
const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/";
const MAX_TOPIC_LENGTH = 256;

export function limitCases(options: DriverConformanceOptions): ConformanceCase[] {
  const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 31 + 7) & 0xff);

  return [
    driverCase(options, "16 KiB pass", async (bus) => {
      const [publisher, subscriber] = [await bus.driver(), await bus.driver()];
      const inbox = new Inbox();
      await subscriber.subscribe(bus.topic(), inbox.handler);
      await publisher.publish(bus.topic(), noise(ALWAYS_PASSES_BYTES));
      assertEqual(await inbox.first(), noise(ALWAYS_PASSES_BYTES), "16 KiB");
    }),

    driverCase(options, "maxBytes pass, one more is SIGNAL_TOO_LARGE, and the driver goes on", async (bus) => {
      const [publisher, subscriber] = [await bus.driver(), await bus.driver()];
      const inbox = new Inbox();
      await subscriber.subscribe(bus.topic(), inbox.handler);
      // The limit may be the broker's, known once there was contact.
      await publisher.publish(bus.topic("contact"), encode("hello"));
      const { maxBytes } = publisher;
      if (maxBytes === undefined) return;
      assert(maxBytes >= ALWAYS_PASSES_BYTES, `maxBytes is ${maxBytes}, below 16,384`);
      await publisher.publish(bus.topic(), noise(maxBytes));
      assertEqual(await inbox.first(), noise(maxBytes), "a message of maxBytes");
      await assertRejects(publisher.publish(bus.topic(), noise(maxBytes + 1)), "SIGNAL_TOO_LARGE", "maxBytes + 1");
      await publisher.publish(bus.topic(), encode("next"));
      await inbox.received("next");
    }),

    driverCase(options, "topics of 256 characters, and of every allowed character", async (bus) => {
      const [publisher, subscriber] = [await bus.driver(), await bus.driver()];
      const base = bus.topic("x");
      for (const topic of [base.padEnd(MAX_TOPIC_LENGTH, "y"), `${base}${CHARACTERS}`, "-", "0"]) {
        const inbox = new Inbox();
        const text = `to ${base} as ${topic}`;
        const subscription = await subscriber.subscribe(topic, inbox.handler);
        await publisher.publish(topic, encode(text));
        await inbox.received(text);
        await subscription.unsubscribe();
      }
    }),

    driverCase(options, "a bad topic is INVALID_ARGUMENT", async (bus) => {
      const driver = await bus.driver();
      const tooLong = bus.topic().padEnd(MAX_TOPIC_LENGTH + 1, "x");
      for (const topic of ["", tooLong, "a b", "a*", "a#", "a+", "a>", "a\n", "a\0", "ä", "日本", "🦜", "a:b", "$x"]) {
        const what = `topic ${JSON.stringify(topic).slice(0, 40)}`;
        await assertRejects(
          driver.subscribe(topic, () => {}),
          "INVALID_ARGUMENT",
          `subscribe to ${what}`,
        );
        await assertRejects(driver.publish(topic, encode("x")), "INVALID_ARGUMENT", `publish to ${what}`);
      }
    }),
  ];
}
