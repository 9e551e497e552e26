import type { Driver } from "@peerhood/core";
import { assert, assertEqual, assertRejects, withPatience, type ConformanceCase } from "../case.js";
import { driverCase, encode, Inbox, publishUntilReceived } from "./bus.js";
import type { DriverConformanceOptions } from "./options.js";

export function outageCases(options: DriverConformanceOptions): ConformanceCase[] {
  const { interrupt, createUnreachable } = options;
  return [
    ...(interrupt ? interruptCases(options, () => interrupt.call(options)) : []),
    ...(createUnreachable ? unreachableCases(options, async () => createUnreachable.call(options)) : []),
  ];
}

function interruptCases(options: DriverConformanceOptions, interrupt: () => Promise<void>): ConformanceCase[] {
  return [
    driverCase(options, "subscriptions survive a reconnect", async (bus) => {
      const [publisher, subscriber] = [await bus.driver(), await bus.driver()];
      const inboxes = [new Inbox(), new Inbox()] as const;
      await subscriber.subscribe(bus.topic("a"), inboxes[0].handler);
      await subscriber.subscribe(bus.topic("b"), inboxes[1].handler);
      for (const round of ["first", "second"]) {
        await interrupt();
        await publishUntilReceived(publisher, bus.topic("a"), `${round} to a`, inboxes[0]);
        await publishUntilReceived(publisher, bus.topic("b"), `${round} to b`, inboxes[1]);
      }
    }),

    driverCase(options, "what was unsubscribed stays so after a reconnect", async (bus) => {
      const driver = await bus.driver();
      const [left, kept] = [new Inbox(), new Inbox()];
      const subscription = await driver.subscribe(bus.topic(), left.handler);
      await driver.subscribe(bus.topic(), kept.handler);
      await subscription.unsubscribe();
      await interrupt();
      await publishUntilReceived(driver, bus.topic(), "back", kept);
      assertEqual(left.messages.length, 0, "messages to a handler that had left");
    }),

    driverCase(options, "unsubscribe during the outage holds after it", async (bus) => {
      const driver = await bus.driver();
      const [left, kept] = [new Inbox(), new Inbox()];
      const subscription = await driver.subscribe(bus.topic(), left.handler);
      await driver.subscribe(bus.topic("other"), kept.handler);
      await interrupt();
      await withPatience(subscription.unsubscribe(), "unsubscribe");
      await publishUntilReceived(driver, bus.topic("other"), "back", kept);
      await driver.publish(bus.topic(), encode("late"));
      await publishUntilReceived(driver, bus.topic("other"), "again", kept);
      assertEqual(left.messages.length, 0, "messages to a handler that had left");
    }),

    driverCase(options, "publish and subscribe during the outage wait and succeed", async (bus) => {
      const driver = await bus.driver();
      const inbox = new Inbox();
      await driver.subscribe(bus.topic("keep"), () => {});
      await interrupt();
      await withPatience(
        Promise.all([
          driver.subscribe(bus.topic("new"), inbox.handler),
          driver.publish(bus.topic("other"), encode("waits")),
        ]),
        "calls during the outage",
      );
      await publishUntilReceived(driver, bus.topic("new"), "works", inbox);
    }),

    driverCase(options, "state goes from open to connecting and back", async (bus) => {
      const driver = await bus.driver();
      const inbox = new Inbox();
      await driver.subscribe(bus.topic(), inbox.handler);
      const told: unknown[] = [];
      driver.on("state", (state) => told.push(state));
      await interrupt();
      await publishUntilReceived(driver, bus.topic(), "back", inbox);
      assert(told.includes("connecting"), `connecting was not told, only ${told.join(", ")}`);
      assertEqual(told[told.length - 1], "open", "the last state that was told");
      assertEqual(driver.state, "open", "state");
    }),

    driverCase(options, "close during the outage ends it", async (bus) => {
      const driver = await bus.driver();
      await driver.subscribe(bus.topic(), () => {});
      await interrupt();
      const waiting = driver.publish(bus.topic(), encode("never"));
      const settled = Promise.allSettled([waiting]);
      await withPatience(driver.close(), "close");
      await withPatience(settled, "the call that waited");
      assertEqual(driver.state, "closed", "state");
    }),
  ];
}

function unreachableCases(options: DriverConformanceOptions, create: () => Promise<Driver>): ConformanceCase[] {
  return [
    driverCase(options, "without a broker, calls wait and then are SIGNALING_UNREACHABLE", async (bus) => {
      const driver = bus.keep(await create());
      // Heard, so that it is not logged.
      driver.on("error", () => {});
      const calls = [driver.subscribe(bus.topic(), () => {}), driver.publish(bus.topic(), encode("x"))];
      assertEqual(driver.state, "connecting", "state");
      for (const call of calls) await assertRejects(call, "SIGNALING_UNREACHABLE", "a call without a broker");
      assertEqual(driver.state, "connecting", "state afterwards");
      await withPatience(driver.close(), "close");
    }),

    driverCase(options, "without a broker, close ends the waiting with DRIVER_CLOSED", async (bus) => {
      const driver = bus.keep(await create());
      driver.on("error", () => {});
      const calls = [driver.subscribe(bus.topic(), () => {}), driver.publish(bus.topic(), encode("x"))];
      const checks = Promise.all(calls.map((call) => assertRejects(call, "DRIVER_CLOSED", "a call that waited")));
      await withPatience(driver.close(), "close");
      await checks;
    }),
  ];
}
