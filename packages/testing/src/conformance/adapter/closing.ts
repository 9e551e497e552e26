import { assert, assertEqual } from "../case.js";
import { connectPair, CONTROL, createBoth, negotiate, type ChannelPair } from "./connected-pair.js";
import type { AdapterConformanceCase } from "./context.js";
import { Inbox } from "./inbox.js";
import { pattern } from "./payloads.js";
import { adapterCase, type Testbed } from "./testbed.js";

async function bothClosed(bed: Testbed, { a, b }: ChannelPair): Promise<void> {
  await bed.within("close at both ends", Promise.all([a.closed(), b.closed()]));
  for (const [name, inbox] of [
    ["a", a],
    ["b", b],
  ] as const) {
    assertEqual(inbox.channel.readyState, "closed", `readyState of ${name}`);
    assertEqual(inbox.closeEvents, 1, `close events of ${name}`);
  }
}

/** Neither end takes or gives anything more. W3C has `send` throw; Firefox swallows the message instead. */
function sendTooLate(inbox: Inbox): void {
  assert(inbox.channel.readyState !== "open", `readyState is ${inbox.channel.readyState} after the end`);
  try {
    inbox.channel.send("too late");
  } catch {
    // As it should be.
  }
}

async function closesWith(bed: Testbed, which: "a" | "b"): Promise<void> {
  const { control, open } = await bed.pair();
  const pair = await open({ label: "closing", id: 1 });
  const [closer, other] = which === "a" ? [pair.a, pair.b] : [pair.b, pair.a];
  for (let index = 0; index < 32; index++) closer.channel.send(pattern(16_384, index + 1));
  closer.channel.close();
  assert(["closing", "closed"].includes(closer.channel.readyState), `${closer.channel.readyState} after close()`);
  sendTooLate(closer);
  closer.channel.close();
  await bothClosed(bed, pair);
  assertEqual(other.messages.length, 32, "messages queued before close() that arrived");
  sendTooLate(other);
  other.channel.close();
  control.a.channel.send("others stay");
  assertEqual(await bed.within("message", control.b.next()), "others stay", "the other channel");
}

/** The end of channels and of connections. */
export const closingCases: readonly AdapterConformanceCase[] = [
  adapterCase("the offering side closes a channel: what was queued arrives, both ends close", (bed) =>
    closesWith(bed, "a"),
  ),
  adapterCase("the answering side closes a channel: what was queued arrives, both ends close", (bed) =>
    closesWith(bed, "b"),
  ),
  adapterCase("both sides close a channel at once", async (bed) => {
    const pair = await (await bed.pair()).open({ label: "both", id: 1 });
    pair.a.channel.close();
    pair.b.channel.close();
    await bothClosed(bed, pair);
  }),
  adapterCase("an id that both sides have closed serves again", async (bed) => {
    const { open } = await bed.pair();
    for (let round = 0; round < 5; round++) {
      const pair = await open({ label: `round ${round}`, id: 1 });
      pair.a.channel.send(`${round}`);
      assertEqual(await bed.within("message", pair.b.next()), `${round}`, "message");
      (round % 2 === 0 ? pair.a : pair.b).channel.close();
      await bothClosed(bed, pair);
    }
  }),
  adapterCase("a channel closed before it could open tells so", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    const early = new Inbox(a.connection.createChannel({ label: "early", id: 1 }));
    const control = createBoth(a, b, CONTROL);
    early.channel.close();
    sendTooLate(early);
    await bed.connect(a, b, control);
    await bed.within("close", early.closed());
    assertEqual(early.channel.readyState, "closed", "readyState");
    control.a.channel.send("fine");
    assertEqual(await bed.within("message", control.b.next()), "fine", "the other channel");
  }),
  adapterCase("close() of a connection closes its channels and tells the state last", async (bed) => {
    const { a, control, open } = await bed.pair();
    const other = await open({ label: "other", id: 1 });
    await bed.within("close()", a.connection.close());
    assertEqual(a.connection.state, "closed", "state");
    assertEqual(a.states.at(-1), "closed", "last state told");
    for (const inbox of [control.a, other.a]) {
      // Chromium leaves a channel "closing" if its connection is closed before the other side has answered.
      sendTooLate(inbox);
      inbox.channel.close();
    }
  }),
  adapterCase("the other side notices when a connection is closed", async (bed) => {
    const { a, b, control, open } = await bed.pair();
    const other = await open({ label: "other", id: 1 });
    await bed.within("close()", a.connection.close());
    await bed.within("channels of the other side", Promise.all([control.b.closed(), other.b.closed()]));
    sendTooLate(control.b);
    await bed.within("close() of the other side", b.connection.close());
  }),
  adapterCase("both connections closed at once", async (bed) => {
    const { close } = await bed.pair();
    await bed.within("close()", close());
  }),
  adapterCase("close() may be called any number of times", async (bed) => {
    const fresh = bed.local();
    await bed.within("close() of a new one", Promise.all([fresh.connection.close(), fresh.connection.close()]));
    await bed.within("close() once more", fresh.connection.close());
    const { a } = await bed.pair();
    await bed.within("close() of a connected one", Promise.all([a.connection.close(), a.connection.close()]));
    await bed.within("close() once more", a.connection.close());
    assertEqual(a.states.filter((state) => state === "closed").length, 1, "times that closed was told");
  }),
  adapterCase("close() while offering: what is pending rejects, nothing hangs", async (bed) => {
    const a = bed.local();
    a.connection.createChannel(CONTROL);
    const offering = a.connection.createOffer();
    const adding = a.connection.addCandidate(null);
    const closing = a.connection.close();
    await bed.rejects("offer under way", "CONNECTION_CLOSED", offering);
    await bed.rejects("candidate in the queue", "CONNECTION_CLOSED", adding);
    await bed.within("close()", closing);
  }),
  adapterCase("close() while answering, on either side", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    createBoth(a, b, CONTROL);
    a.trickleTo(b);
    b.trickleTo(a);
    const offer = await bed.within("offer", a.connection.createOffer());
    const answering = b.connection.acceptOffer(offer);
    const closing = b.connection.close();
    await bed.rejects("answer under way", "CONNECTION_CLOSED", answering);
    await bed.within("close()", closing);

    const c = bed.remote();
    c.connection.createChannel(CONTROL);
    const answer = await bed.within("answer", c.connection.acceptOffer(offer));
    const taking = a.connection.acceptAnswer(answer);
    const closingA = a.connection.close();
    await bed.rejects("answer being taken", "CONNECTION_CLOSED", taking);
    await bed.within("close()", closingA);
  }),
  adapterCase("close() while connecting", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    const control = createBoth(a, b, CONTROL);
    a.trickleTo(b);
    b.trickleTo(a);
    await bed.within("offer and answer", negotiate(a, b));
    await bed.within("close()", Promise.all([a.connection.close(), b.connection.close()]));
    sendTooLate(control.a);
    sendTooLate(control.b);
  }),
  adapterCase("close() with megabytes under way, in both directions", async (bed) => {
    const { a, b, control } = await bed.pair();
    for (let index = 0; index < 40; index++) {
      control.a.channel.send(pattern(65_536));
      control.b.channel.send(pattern(65_536));
    }
    await bed.within("close()", a.connection.close());
    await bed.within("close() of the other side", b.connection.close());
  }),
  adapterCase("twenty connections made and closed one after the other", async (bed) => {
    for (let round = 0; round < 20; round++) {
      const pair = await connectPair(bed.context);
      pair.control.a.channel.send("hello");
      assertEqual(await bed.within("message", pair.control.b.next()), "hello", `round ${round}`);
      await bed.within("close()", pair.close());
    }
  }),
];
