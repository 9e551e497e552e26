import { assert, assertEqual } from "../case.js";
import { CONTROL, createBoth } from "./connected-pair.js";
import { PURPOSEFUL_ERROR_MESSAGE, type AdapterConformanceCase } from "./context.js";
import { opened } from "./inbox.js";
import { adapterCase } from "./testbed.js";

const fail = (): never => {
  throw new Error(PURPOSEFUL_ERROR_MESSAGE);
};

/**
 * What the application's own code may do when it is called. That handlers are called one at a time, from no method
 * and not after `close()` is checked in every case of the suite.
 */
export const handlerCases: readonly AdapterConformanceCase[] = [
  adapterCase("handlers that throw are logged and hurt nobody", async (bed) => {
    const a = bed.local({ onEvent: fail });
    const b = bed.remote();
    const { control } = await bed.connect(a, b);
    control.a.channel.send("fine");
    assertEqual(await bed.within("message", control.b.next()), "fine", "message");
    await bed.within(
      "connected",
      a.until(() => a.connection.state === "connected"),
    );
    assert(a.logged.length > 0, "nothing was logged");
    await bed.within("close()", a.connection.close());
    assertEqual(a.states.at(-1), "closed", "last state told");
  }),
  adapterCase("listeners of a channel that throw hurt neither the others nor the channel", async (bed) => {
    const { control } = await bed.pair();
    const { a, b } = control;
    const calls: string[] = [];
    b.channel.addEventListener("message", fail);
    b.channel.addEventListener("message", () => calls.push("after"));
    b.channel.addEventListener("close", fail);
    a.channel.addEventListener("close", fail);
    for (const number of ["1", "2", "3"]) a.channel.send(number);
    assertEqual(await bed.within("messages", b.take(3)), ["1", "2", "3"], "messages");
    b.channel.send("back");
    await bed.within("message back", a.next());
    assertEqual(calls.length, 3, "calls of the listener after the one that throws");
    a.channel.close();
    await bed.within("close", Promise.all([a.closed(), b.closed()]));
  }),
  adapterCase(
    "listeners are called synchronously one after the other, once as asked, and not after removal",
    async (bed) => {
      const { control } = await bed.pair();
      const calls: string[] = [];
      const removed = (): unknown => calls.push("removed");
      const { channel } = control.b;
      channel.addEventListener("message", () => calls.push("first"));
      channel.addEventListener("message", () => calls.push("once"), { once: true });
      channel.addEventListener("message", removed);
      channel.addEventListener("message", () => calls.push("last"));
      channel.removeEventListener("message", removed);
      control.a.channel.send("1");
      control.a.channel.send("2");
      await bed.within("messages", control.b.take(2));
      // The inbox heard the second message before these did.
      control.a.channel.send("3");
      await bed.within("message", control.b.next());
      assertEqual(calls.slice(0, 5), ["first", "once", "last", "first", "last"], "calls");
    },
  ),
  adapterCase("a listener may send, open and close from within", async (bed) => {
    const { b, control } = await bed.pair();
    control.b.channel.addEventListener("message", ({ data }) => {
      if (data === "echo") control.b.channel.send("echo");
      if (data === "close") control.b.channel.close();
      if (data === "open") b.connection.createChannel({ label: "from within", id: 5 });
    });
    control.a.channel.send("echo");
    assertEqual(await bed.within("echo", control.a.next()), "echo", "echo");
    control.a.channel.send("open");
    control.a.channel.send("close");
    await bed.within("close", Promise.all([control.a.closed(), control.b.closed()]));
    bed.throws("id that a listener has taken", "INVALID_ARGUMENT", () =>
      b.connection.createChannel({ label: "again", id: 5 }),
    );
  }),
  adapterCase("a connection may be closed from within its own handler", async (bed) => {
    let closing: Promise<void> | undefined;
    const a = bed.local({
      onEvent: (name) => {
        if (name === "state" && a.connection.state === "connected") closing ??= a.connection.close();
      },
    });
    const b = bed.remote();
    createBoth(a, b, CONTROL);
    a.trickleTo(b);
    b.trickleTo(a);
    const offer = await bed.within("offer", a.connection.createOffer());
    const answer = await bed.within("answer", b.connection.acceptOffer(offer));
    await bed.within("taking the answer", a.connection.acceptAnswer(answer));
    await bed.within(
      "closed",
      a.until(() => a.states.includes("closed")),
    );
    await bed.within("close()", Promise.resolve(closing));
    assertEqual(a.states.at(-1), "closed", "last state told");
  }),
  adapterCase("a connection may be closed from within a channel's listeners", async (bed) => {
    const { a, b, control } = await bed.pair();
    const closing = new Promise<void>((resolve) => {
      control.b.channel.addEventListener("message", () => resolve(b.connection.close()));
    });
    control.a.channel.send("close");
    await bed.within("close()", closing);
    assertEqual(b.connection.state, "closed", "state");
    await bed.within("the other side", control.a.closed());
    await bed.within("close() of the other side", a.connection.close());
  }),
  adapterCase(
    "a channel that the remote opens in-band is closed at once and told, and harms nothing",
    async (bed) => {
      const { a, b, control } = await bed.pair();
      bed.context.openInBandChannel?.(b.connection, "surprise");
      await bed.within(
        "unexpectedChannel",
        a.until(() => a.unexpectedChannels.length > 0),
      );
      assertEqual(a.unexpectedChannels, ["surprise"], "labels told");
      control.b.channel.send("fine");
      assertEqual(await bed.within("message", control.a.next()), "fine", "message");
      const next = b.connection.createChannel({ label: "next", id: 900 });
      const other = a.connection.createChannel({ label: "next", id: 900 });
      await bed.within("another channel", Promise.all([opened(next), opened(other)]));
    },
    "openInBandChannel",
  ),
];
