import { assert, assertEqual, withPatience, type ConformanceCase } from "../case.js";
import { decode, driverCase, encode, Inbox } from "./bus.js";
import type { DriverConformanceOptions } from "./options.js";

export function deliveryCases(options: DriverConformanceOptions): ConformanceCase[] {
  return [
    driverCase(options, "publish reaches the handlers of other drivers", async (bus) => {
      const [publisher, subscriber] = [await bus.driver(), await bus.driver()];
      const inbox = new Inbox();
      await subscriber.subscribe(bus.topic(), inbox.handler);
      await publisher.publish(bus.topic(), encode("one"));
      await inbox.received("one");
    }),

    driverCase(options, "publish reaches the handlers of the same driver", async (bus) => {
      const driver = await bus.driver();
      const inbox = new Inbox();
      await driver.subscribe(bus.topic(), inbox.handler);
      await driver.publish(bus.topic(), encode("mine"));
      await inbox.received("mine");
    }),

    driverCase(options, "each handler of a topic gets each message", async (bus) => {
      const [one, two] = [await bus.driver(), await bus.driver()];
      const inboxes = [new Inbox(), new Inbox(), new Inbox()] as const;
      await Promise.all([
        one.subscribe(bus.topic(), inboxes[0].handler),
        one.subscribe(bus.topic(), inboxes[1].handler),
        two.subscribe(bus.topic(), inboxes[2].handler),
      ]);
      await two.publish(bus.topic(), encode("a"));
      await one.publish(bus.topic(), encode("b"));
      await Promise.all(inboxes.flatMap((inbox) => [inbox.received("a"), inbox.received("b")]));
    }),

    driverCase(options, "a topic delivers only what was published to it", async (bus) => {
      const [publisher, subscriber] = [await bus.driver(), await bus.driver()];
      // Brokers have topics of their own kind: hierarchies, wildcards, letter case that they ignore.
      const names = ["a", "A", "a/b", "a.b", "a-b", "a_b", "a/b/c", "ab", "b"];
      const inboxes = await Promise.all(
        names.map(async (name) => {
          const inbox = new Inbox();
          await subscriber.subscribe(bus.topic(name), inbox.handler);
          return { name, inbox };
        }),
      );
      for (const name of names) await publisher.publish(bus.topic(name), encode(name));
      for (const { name, inbox } of inboxes) await inbox.received(name);
      for (const { name, inbox } of inboxes) {
        const foreign = inbox.texts.find((text) => text !== name);
        assert(foreign === undefined, `topic ${name} delivered what went to ${foreign}`);
      }
    }),

    driverCase(options, "unsubscribe ends that subscription and no other", async (bus) => {
      const [publisher, subscriber] = [await bus.driver(), await bus.driver()];
      const [leaving, staying] = [new Inbox(), new Inbox()];
      const subscription = await subscriber.subscribe(bus.topic(), leaving.handler);
      await subscriber.subscribe(bus.topic(), staying.handler);
      await publisher.publish(bus.topic(), encode("both"));
      await Promise.all([leaving.received("both"), staying.received("both")]);
      await subscription.unsubscribe();
      await subscription.unsubscribe();
      await publisher.publish(bus.topic(), encode("one"));
      await staying.received("one");
      // A second round trip, so that a late delivery of the first has had its chance.
      await publisher.publish(bus.topic(), encode("two"));
      await staying.received("two");
      assert(!leaving.texts.includes("one"), "a handler was called after its unsubscribe");
    }),

    driverCase(options, "the same function subscribed twice is two subscriptions", async (bus) => {
      const driver = await bus.driver();
      const inbox = new Inbox();
      const first = await driver.subscribe(bus.topic(), inbox.handler);
      const second = await driver.subscribe(bus.topic(), inbox.handler);
      await first.unsubscribe();
      await driver.publish(bus.topic(), encode("still"));
      await inbox.received("still");
      await second.unsubscribe();
    }),

    driverCase(options, "a topic that was left can be subscribed again", async (bus) => {
      const [publisher, subscriber] = [await bus.driver(), await bus.driver()];
      for (const text of ["first", "second", "third"]) {
        const inbox = new Inbox();
        const subscription = await subscriber.subscribe(bus.topic(), inbox.handler);
        await publisher.publish(bus.topic(), encode(text));
        await inbox.received(text);
        await subscription.unsubscribe();
      }
    }),

    driverCase(options, "unsubscribe and subscribe in the same tick leave one subscription", async (bus) => {
      const [publisher, subscriber] = [await bus.driver(), await bus.driver()];
      const inbox = new Inbox();
      const old = await subscriber.subscribe(bus.topic(), () => {});
      const leaving = old.unsubscribe();
      await subscriber.subscribe(bus.topic(), inbox.handler);
      await leaving;
      await publisher.publish(bus.topic(), encode("kept"));
      await inbox.received("kept");
    }),

    driverCase(options, "publish to a topic without subscribers resolves", async (bus) => {
      const driver = await bus.driver();
      await withPatience(driver.publish(bus.topic(), encode("nobody")), "publish");
    }),

    driverCase(options, "200 topics at once", async (bus) => {
      const [publisher, subscriber] = [await bus.driver(), await bus.driver()];
      const names = Array.from({ length: 200 }, (_, index) => `many/${index}`);
      const inboxes = names.map(() => new Inbox());
      await Promise.all(
        names.map((name, index) => subscriber.subscribe(bus.topic(name), inboxes[index]?.handler ?? (() => {}))),
      );
      await Promise.all(names.map((name) => publisher.publish(bus.topic(name), encode(name))));
      await Promise.all(inboxes.map((inbox, index) => inbox.received(names[index] ?? "")));
    }),

    driverCase(options, "200 messages at once all arrive, in whatever order", async (bus) => {
      const [publisher, subscriber] = [await bus.driver(), await bus.driver()];
      const inbox = new Inbox();
      await subscriber.subscribe(bus.topic(), inbox.handler);
      const texts = Array.from({ length: 200 }, (_, index) => `message ${index}`);
      await Promise.all(texts.map((text) => publisher.publish(bus.topic(), encode(text))));
      await Promise.all(texts.map((text) => inbox.received(text)));
      assertEqual(new Set(inbox.texts).size, texts.length, "different messages");
    }),

    driverCase(options, "a handler may publish, subscribe and unsubscribe", async (bus) => {
      const driver = await bus.driver();
      const inbox = new Inbox();
      let calls = 0;
      let replying: Promise<unknown> | undefined;
      const subscription = await driver.subscribe(bus.topic(), (data) => {
        if (calls++ > 0) return;
        const reply = driver
          .subscribe(bus.topic("reply"), inbox.handler)
          .then(() => driver.publish(bus.topic("reply"), encode(`re: ${decode(data)}`)));
        replying = Promise.all([subscription.unsubscribe(), reply]);
      });
      await driver.publish(bus.topic(), encode("question"));
      await inbox.received("re: question");
      // The reply is heard before the broker confirms it, and what is under way rejects when the driver is closed.
      await replying;
    }),
  ];
}
