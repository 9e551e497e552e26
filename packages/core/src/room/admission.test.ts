import { beforeAll, describe, expect, test } from "vitest";
import type { PeerhoodError } from "../errors.js";
import { MAX_VERIFY_MESSAGES } from "../session/constants.js";
import type { Verify, VerifyRequest } from "../session/admission.js";
import { Members, type Member } from "./testing/members.js";

beforeAll(() => Members.warmUp());

/** Two members, of which the first decides about the second. */
async function visit(
  verify: Verify,
  { verifyTimeoutMs, ofB, room = new Members() }: { verifyTimeoutMs?: number; ofB?: Verify; room?: Members } = {},
): Promise<{ room: Members; a: Member; b: Member }> {
  const [a, b] = [room.create("a"), room.create("b")];
  await room.join(a, { metadata: "of a", verify, ...(verifyTimeoutMs !== undefined && { verifyTimeoutMs }) });
  await room.join(b, { metadata: "of b", ...(ofB && { verify: ofB }) });
  return { room, a, b };
}

describe("verify", () => {
  test("is told the proven id and what the remote advertises, and nothing opens before it has decided", async () => {
    const asked: Pick<VerifyRequest, "id" | "metadata">[] = [];
    let decide: (verdict: unknown) => void = () => {};
    const { room, a, b } = await visit((request) => {
      asked.push({ id: request.id, metadata: request.metadata });
      expect(request).not.toHaveProperty("previous");
      return new Promise((resolve) => (decide = resolve));
    });
    await room.clock.advance(5_000);
    expect(asked).toEqual([{ id: b.peer.id, metadata: "of b" }]);
    expect([a.heard, a.peer.remotes.size]).toEqual([[], 0]);
    // The other side has decided already and begun a connection of its own, to which nothing answers.
    expect(b.heard).toEqual(["new a", "connecting a"]);
    expect(room.network.live).toMatchObject({ connections: 1 });
    expect(room.connected(b)).toEqual([]);
    // Anything but `false` lets in.
    decide({ of: "any kind" });
    await room.clock.advance(5_000);
    expect([room.connected(a), room.connected(b)]).toEqual([["b"], ["a"]]);
    await room.end();
  });

  test("exchanges messages with the other side's verify, in order, over a broker that loses, doubles and reorders", async () => {
    for (let seed = 0; seed < 6; seed++) {
      const signaling = { latencyMs: 20, jitterMs: 200, loss: 0.3, duplicate: 0.3, reorder: 0.3 };
      const said: unknown[] = [];
      const ask: Verify = async ({ send, receive }) => {
        for (const question of [1, { deep: [2, null] }, "three"]) {
          send({ question });
          said.push(await receive());
        }
        return true;
      };
      const answer: Verify = async ({ send, receive }) => {
        for (let count = 0; count < 3; count++) send({ answer: await receive() });
      };
      const { room, a, b } = await visit(ask, {
        ofB: answer,
        verifyTimeoutMs: 60_000,
        room: new Members({ seed, signaling }),
      });
      await room.clock.advance(60_000);
      expect([seed, said]).toEqual([
        seed,
        [1, { deep: [2, null] }, "three"].map((question) => ({ answer: { question } })),
      ]);
      expect([seed, room.connected(a), room.connected(b)]).toEqual([seed, ["b"], ["a"]]);
      await room.end();
    }
  });

  const refusals: [how: string, verify: Verify][] = [
    ["false", () => false],
    ["a promise of false", async () => false],
    [
      "a throw",
      () => {
        throw new TypeError("no");
      },
    ],
    ["a rejection", () => Promise.reject(new TypeError("no"))],
    ["no decision in time", () => new Promise(() => {})],
    ["an answer that never comes", ({ receive }) => receive()],
  ];
  test.each(refusals)("%s refuses: the refuser has no remote and no event, the refused is told", async (_, verify) => {
    let asked = 0;
    const { room, a, b } = await visit((request) => (asked++, verify(request)), { verifyTimeoutMs: 2_000 });
    const closed: unknown[] = [];
    b.peer.on("connection:closed", ({ reason }) => closed.push(reason));
    b.peer.on("connection:failed", () => closed.push("failed"));
    await room.clock.advance(120_000);
    expect([a.heard, a.peer.remotes.size, b.peer.remotes.size, room.network.live.connections]).toEqual([[], 0, 0, 0]);
    expect(a.errors).toEqual([{ code: "REFUSED", remoteId: b.peer.id }]);
    expect([closed, b.errors]).toEqual([["refused"], []]);
    // Asked once for the whole stay.
    expect(asked).toBe(1);
    await room.end();
  });

  test("refuses after 10 s by default", async () => {
    const { room, a } = await visit(() => new Promise(() => {}));
    await room.clock.advance(9_500);
    expect(a.errors).toEqual([]);
    await room.clock.advance(1_500);
    expect(a.errors.map(({ code }) => code)).toEqual(["REFUSED"]);
    await room.end();
  });

  test("who was refused and comes again is asked about again", async () => {
    const asked: string[] = [];
    const { room, a, b } = await visit(({ id }) => asked.push(id) > 1);
    await room.clock.advance(5_000);
    expect(room.connected(a)).toEqual([]);
    await room.clock.runUntil(b.peer.leave());
    await room.join(b);
    await room.clock.advance(5_000);
    expect(room.connected(a)).toEqual(["b"]);
    expect(asked.length).toBe(2);
    await room.end();
  });

  test("decides about each change of metadata: a refused one leaves the old and is an error, for others it is a change", async () => {
    const asked: unknown[] = [];
    const { room, a, b } = await visit(({ metadata, previous }) => {
      asked.push([previous, metadata]);
      return metadata !== "bad";
    });
    const other = room.create("other");
    await room.join(other);
    await room.clock.advance(5_000);
    const changes: unknown[] = [];
    for (const { name, peer } of [a, other]) {
      peer.on("remote:metadata", ({ metadata }) => changes.push(`${name} ${String(metadata)}`));
    }
    asked.length = 0;
    for (const metadata of ["bad", "good"]) {
      b.peer.setMetadata(metadata);
      await room.clock.advance(1_000);
    }
    expect(asked).toEqual([
      ["of b", "bad"],
      ["of b", "good"],
    ]);
    expect(changes.sort()).toEqual(["a good", "other bad", "other good"]);
    expect(a.errors).toEqual([{ code: "REFUSED", remoteId: b.peer.id }]);
    expect(a.peer.remotes.get(b.peer.id)?.metadata).toBe("good");
    expect(room.connected(a)).toEqual(["b", "other"]);
    await room.end();
  });

  test("whoever waits for a message of a remote that left is told; messages that nobody takes are bounded", async () => {
    const ended: PeerhoodError[] = [];
    let taken = 0;
    let resume: () => void = () => {};
    const pause = new Promise<void>((resolve) => (resume = resolve));
    const { room, b } = await visit(
      async ({ receive }) => {
        await pause;
        for (;;) {
          await receive().catch((error: PeerhoodError) => {
            ended.push(error);
            throw error;
          });
          taken++;
        }
      },
      {
        room: new Members(),
        verifyTimeoutMs: 30_000,
        ofB: async ({ send }) => {
          for (let count = 0; count < 5 * MAX_VERIFY_MESSAGES; count++) send(count);
        },
      },
    );
    await room.clock.advance(5_000);
    resume();
    await room.clock.advance(1_000);
    expect(taken).toBe(MAX_VERIFY_MESSAGES);
    await room.clock.runUntil(b.peer.leave());
    await room.clock.advance(1_000);
    expect(ended.map(({ code }) => code)).toEqual(["REFUSED"]);
    await room.end();
  });
});
