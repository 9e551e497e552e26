import { assert, assertEqual, assertRejects, withPatience, type ConformanceCase } from "../case.js";
import { driverCase, encode, Inbox } from "./bus.js";
import type { DriverConformanceOptions } from "./options.js";

export function closingCases(options: DriverConformanceOptions): ConformanceCase[] {
  return [
    driverCase(options, "after close every call is DRIVER_CLOSED", async (bus) => {
      const driver = await bus.driver();
      const subscription = await driver.subscribe(bus.topic(), () => {});
      await withPatience(driver.close(), "close");
      assertEqual(driver.state, "closed", "state");
      await assertRejects(
        driver.subscribe(bus.topic(), () => {}),
        "DRIVER_CLOSED",
        "subscribe",
      );
      await assertRejects(driver.publish(bus.topic(), encode("x")), "DRIVER_CLOSED", "publish");
      await withPatience(subscription.unsubscribe(), "unsubscribe of a closed driver's subscription");
    }),

    driverCase(options, "close may be called twice, and at once", async (bus) => {
      const driver = await bus.driver();
      await driver.subscribe(bus.topic(), () => {});
      await withPatience(Promise.all([driver.close(), driver.close()]), "two closes at once");
      await withPatience(driver.close(), "a close after that");
    }),

    driverCase(options, "a driver that was never used closes", async (bus) => {
      const driver = await bus.driver();
      await withPatience(driver.close(), "close");
      assertEqual(driver.state, "closed", "state");
    }),

    driverCase(options, "close settles the calls that wait", async (bus) => {
      const driver = await bus.driver();
      const calls = [driver.subscribe(bus.topic(), () => {}), driver.publish(bus.topic(), encode("x"))];
      const settled = Promise.allSettled(calls);
      await withPatience(driver.close(), "close");
      for (const outcome of await withPatience(settled, "calls under way")) {
        // They may have been quicker than the close.
        if (outcome.status === "rejected") {
          await assertRejects(Promise.reject(outcome.reason), "DRIVER_CLOSED", "a call under way");
        }
      }
    }),

    driverCase(options, "state listeners hear of closed once, unless they stopped", async (bus) => {
      const driver = await bus.driver();
      const [staying, leaving]: unknown[][] = [[], []];
      driver.on("state", (state) => staying?.push(state));
      const stop = driver.on("state", (state) => leaving?.push(state));
      await driver.publish(bus.topic(), encode("contact"));
      stop();
      stop();
      const before = leaving?.length;
      await driver.close();
      await driver.close();
      assertEqual(staying?.filter((state) => state === "closed").length, 1, "times that closed was heard");
      assertEqual(leaving?.length, before, "events after listening stopped");
    }),

    driverCase(options, "state is open when a call has succeeded, and was told", async (bus) => {
      const driver = await bus.driver();
      const initial = driver.state;
      const told: unknown[] = [];
      driver.on("state", (state) => told.push(state));
      await driver.publish(bus.topic(), encode("contact"));
      assertEqual(driver.state, "open", "state");
      if (initial !== "open") assertEqual(told[told.length - 1], "open", "the last state that was told");
    }),

    driverCase(options, "a closed driver's handlers are silent, the others go on", async (bus) => {
      const [publisher, closing, staying] = [await bus.driver(), await bus.driver(), await bus.driver()];
      const [gone, there] = [new Inbox(), new Inbox()];
      await closing.subscribe(bus.topic(), gone.handler);
      await staying.subscribe(bus.topic(), there.handler);
      await publisher.publish(bus.topic(), encode("before"));
      await Promise.all([gone.received("before"), there.received("before")]);
      await closing.close();
      for (const text of ["after", "long after"]) {
        await publisher.publish(bus.topic(), encode(text));
        await there.received(text);
      }
      assert(!gone.texts.includes("after"), "a handler of a closed driver was called");
    }),

    driverCase(
      options,
      "attend, where there is one, is taken back by a function that may be called twice",
      async (bus) => {
        const driver = await bus.driver();
        const inbox = new Inbox();
        const stops = [driver.attend?.(), driver.attend?.()];
        await driver.subscribe(bus.topic(), inbox.handler);
        for (const stop of stops) {
          stop?.();
          stop?.();
        }
        await driver.publish(bus.topic(), encode("x"));
        await inbox.received("x");
        driver.attend?.();
        await withPatience(driver.close(), "close of an attended driver");
      },
    ),
  ];
}
