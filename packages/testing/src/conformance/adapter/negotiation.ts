import type { IceCandidate } from "@peerhood/core";
import { assert, assertEqual } from "../case.js";
import { bothOpened, CONTROL, createBoth, negotiate } from "./connected-pair.js";
import type { AdapterConformanceCase } from "./context.js";
import type { Side } from "./side.js";
import { adapterCase, type Testbed } from "./testbed.js";

async function gathered(bed: Testbed, side: Side): Promise<IceCandidate[]> {
  await bed.within(
    "the last candidate",
    side.until(() => side.candidates.includes(null)),
  );
  return side.candidates.filter((candidate) => candidate !== null);
}

async function addAll(side: Side, candidates: readonly (IceCandidate | null)[]): Promise<void> {
  await Promise.all(candidates.map((candidate) => side.connection.addCandidate(candidate)));
}

async function hears(bed: Testbed, what: string, pair: Awaited<ReturnType<Testbed["pair"]>>["control"]): Promise<void> {
  pair.a.channel.send(what);
  assertEqual(await bed.within(`${what} to b`, pair.b.next()), what, "b hears a");
  pair.b.channel.send(what);
  assertEqual(await bed.within(`${what} to a`, pair.a.next()), what, "a hears b");
}

/** Offer, answer, candidates, and doing it again. */
export const negotiationCases: readonly AdapterConformanceCase[] = [
  adapterCase("a new connection has contacted nobody", async (bed) => {
    const side = bed.local();
    assertEqual(side.connection.state, "new", "state");
    assertEqual(side.connection.maxMessageBytes, 65_536, "largest message before the other side has spoken");
    assertEqual(side.candidates.length, 0, "candidates");
  }),
  adapterCase("an offer and its answer connect, and both sides hear each other", async (bed) => {
    const { control } = await bed.pair();
    await hears(bed, "first", control);
  }),
  adapterCase("states go new, connecting, connected, closed", async (bed) => {
    const { a, b, close } = await bed.pair();
    for (const side of [a, b]) {
      await bed.within(
        "connected",
        side.until(() => side.states.includes("connected")),
      );
      assertEqual(side.connection.state, "connected", "state when connected");
    }
    await close();
    // The side that is closed second may hear of the first one's end before.
    const steady = (side: Side): string[] => side.states.filter((state) => state !== "disconnected");
    assertEqual(a.states[0], "connecting", "first state of a");
    assertEqual(b.states[0], "connecting", "first state of b");
    assertEqual(steady(a), ["connecting", "connected", "closed"], "states of a");
    assertEqual(steady(b), ["connecting", "connected", "closed"], "states of b");
  }),
  adapterCase("candidates come by handler only, and end with null", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    createBoth(a, b, CONTROL);
    const offer = await bed.within("offer", a.connection.createOffer());
    const answer = await bed.within("answer", b.connection.acceptOffer(offer));
    assert(!/^a=candidate:/m.test(offer.sdp), "the offer holds candidates");
    assert(!/^a=candidate:/m.test(answer.sdp), "the answer holds candidates");
    assertEqual(offer.type, "offer", "type of the offer");
    assertEqual(answer.type, "answer", "type of the answer");
    const candidates = await gathered(bed, a);
    assert(candidates.length > 0, "no candidate was told");
    assert(
      candidates.every(({ candidate }) => /^candidate:.+ typ /.test(candidate)),
      "a candidate is not of the form of RFC 8839",
    );
    assertEqual(a.candidates.at(-1), null, "what is told last");
  }),
  adapterCase("candidates may arrive before the descriptions", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    const control = createBoth(a, b, CONTROL);
    const offer = await bed.within("offer", a.connection.createOffer());
    await bed.within("early candidates", addAll(b, await gathered(bed, a)));
    const answer = await bed.within("answer", b.connection.acceptOffer(offer));
    await bed.within("early candidates", addAll(a, await gathered(bed, b)));
    await bed.within("taking the answer", a.connection.acceptAnswer(answer));
    await bed.within("open", bothOpened(control));
    await hears(bed, "early", control);
  }),
  adapterCase("candidates may arrive long after the descriptions", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    const control = createBoth(a, b, CONTROL);
    await bed.within("offer and answer", negotiate(a, b));
    const [fromA, fromB] = [await gathered(bed, a), await gathered(bed, b)];
    assertEqual(control.a.channel.readyState, "connecting", "without candidates");
    await bed.within("late candidates", Promise.all([addAll(b, [...fromA, null]), addAll(a, [...fromB, null])]));
    await bed.within("open", bothOpened(control));
    await hears(bed, "late", control);
  }),
  adapterCase("the candidates of one side, in reverse and doubled, are enough", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    const control = createBoth(a, b, CONTROL);
    await bed.within("offer and answer", negotiate(a, b));
    const candidates = (await gathered(bed, a)).reverse();
    await bed.within("candidates", addAll(b, [...candidates, ...candidates]));
    await bed.within("open", bothOpened(control));
    await hears(bed, "one-sided", control);
  }),
  adapterCase("calls queue in their order: answer, candidates and end without waiting", async (bed) => {
    const a = bed.local();
    const b = bed.remote();
    const control = createBoth(a, b, CONTROL);
    const offer = await bed.within("offer", a.connection.createOffer());
    const fromA = await gathered(bed, a);
    const answering = b.connection.acceptOffer(offer);
    const adding = addAll(b, [...fromA, null]);
    const answer = await bed.within("answer", answering);
    const taking = a.connection.acceptAnswer(answer);
    a.trickleTo(b);
    b.trickleTo(a);
    await bed.within("queued calls", Promise.all([taking, adding]));
    await bed.within("open", bothOpened(control));
  }),
  adapterCase("either side may offer again while messages flow", async (bed) => {
    const { a, b, control } = await bed.pair();
    for (const [offering, answering] of [
      [a, b],
      [b, a],
      [a, b],
    ] as const) {
      for (let index = 0; index < 20; index++) control.a.channel.send(`${index}`);
      await bed.within("offer and answer", negotiate(offering, answering));
      const heard = await bed.within("messages sent meanwhile", control.b.take(20));
      assertEqual(
        heard,
        Array.from({ length: 20 }, (_, index) => `${index}`),
        "messages sent meanwhile",
      );
      await hears(bed, "renegotiated", control);
      assertEqual(a.connection.state, "connected", "state of a");
      assertEqual(b.connection.state, "connected", "state of b");
    }
  }),
  adapterCase("a restart of ICE works, or is refused and changes nothing", async (bed) => {
    const { a, b, control } = await bed.pair();
    const restart = { iceRestart: true };
    if (bed.context.adapter.capabilities.iceRestart && bed.context.remoteAdapter === undefined) {
      const first = await bed.within("offer", a.connection.createOffer());
      await a.connection.acceptAnswer(await bed.within("answer", b.connection.acceptOffer(first)));
      const second = await bed.within("restarting offer", a.connection.createOffer(restart));
      const ufrag = (sdp: string): string | undefined => /^a=ice-ufrag:(.+)$/m.exec(sdp)?.[1];
      assert(ufrag(first.sdp) !== ufrag(second.sdp), "the restart kept the user fragment");
      await a.connection.acceptAnswer(await bed.within("answer", b.connection.acceptOffer(second)));
    } else if (!bed.context.adapter.capabilities.iceRestart) {
      await bed.rejects("restart where there is none", "INVALID_STATE", a.connection.createOffer(restart));
      await bed.within("offer and answer", negotiate(a, b));
    }
    await hears(bed, "after", control);
  }),
  adapterCase("ten pairs connect at once", async (bed) => {
    const pairs = await Promise.all(Array.from({ length: 10 }, () => bed.pair()));
    await Promise.all(pairs.map(({ control }, index) => hears(bed, `pair ${index}`, control)));
  }),
];
