import { describe, expect, test } from "vitest";
import type { Connection, SessionDescription } from "../adapter.js";
import { createDeferred } from "../util/deferred.js";
import type { NegotiationMessage } from "./messages.js";
import { Negotiator } from "./negotiator.js";

const description = (type: "offer" | "answer"): SessionDescription => ({ type, sdp: "" });

/** A negotiator over a connection whose calls end when the test says so. */
function create(offering: boolean) {
  const sent: NegotiationMessage[] = [];
  const calls = { createOffer: createDeferred(), acceptAnswer: createDeferred(), acceptOffer: createDeferred() };
  const media = { pending: false, demand: { audio: 0, video: 0 }, reserve: () => {} };
  const connection = {
    media,
    createOffer: async () => (await calls.createOffer.promise, description("offer")),
    acceptOffer: async () => (await calls.acceptOffer.promise, description("answer")),
    acceptAnswer: () => calls.acceptAnswer.promise,
  };
  const negotiator = new Negotiator({
    connection: connection as unknown as Connection,
    offering,
    epoch: 1,
    send: (message) => sent.push(message),
    media: { describe: () => undefined, receive: () => {} },
    onFailure: (error) => expect.unreachable(error.message),
    onBadCandidate: () => {},
  });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { negotiator, sent, calls, media, settle, kinds: () => sent.map(({ t }) => t) };
}

const NEGOTIATE: NegotiationMessage = { t: "negotiate", e: 1, demand: { audio: 1, video: 0 } };

describe("a demand for sections", () => {
  test("makes an offer; one that is out is waited for, since its answer may do", async () => {
    const { negotiator, calls, settle, kinds } = create(true);
    negotiator.receive(NEGOTIATE);
    calls.createOffer.resolve();
    await settle();
    negotiator.receive(NEGOTIATE);
    negotiator.receive({ t: "description", e: 1, description: description("answer") });
    calls.acceptAnswer.resolve();
    await settle();
    expect(kinds()).toEqual(["description"]);
  });

  test("that comes after the answer, while that is still being set, is not lost", async () => {
    const { negotiator, calls, settle, kinds } = create(true);
    calls.createOffer.resolve();
    negotiator.negotiate();
    await settle();
    negotiator.receive({ t: "description", e: 1, description: description("answer") });
    negotiator.receive(NEGOTIATE);
    calls.acceptAnswer.resolve();
    await settle();
    expect(kinds()).toEqual(["description", "description"]);
  });

  test("that an answer left open, or that arose while it was made, is told again", async () => {
    const { negotiator, calls, media, settle, kinds } = create(false);
    negotiator.receive({ t: "description", e: 1, description: description("offer") });
    media.pending = true;
    calls.acceptOffer.resolve();
    await settle();
    expect(kinds()).toEqual(["description", "negotiate"]);
  });
});
