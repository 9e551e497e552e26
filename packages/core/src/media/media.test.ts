import {
  assertNothingLeft,
  createSimulatedAdapter,
  SimulatedNetwork,
  SimulatedStream,
  SimulatedTrack,
  VirtualClock,
} from "@peerhood/testing";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { PeerhoodError } from "../errors.js";
import { Peer } from "../peer.js";
import { loadRoom } from "../room/load-room.js";
import { roomTopic } from "../signaling/room-topic.js";
import { silentLogger } from "../util/logger.js";

// Loaded by import(), which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

function createRoom(seed = 1) {
  const clock = new VirtualClock();
  const network = new SimulatedNetwork({ clock, seed, latencyMs: 10, jitterMs: 8 });
  const createMember = (host: string) => {
    const peer = new Peer({
      adapter: createSimulatedAdapter(network, { host }),
      driver: network.createDriver(host),
      logger: silentLogger,
    });
    const events: string[] = [];
    const errors: PeerhoodError[] = [];
    for (const group of ["stream", "track"] as const) {
      peer.on(group, ({ name, label }) => void events.push(`${name} ${label}`));
    }
    peer.on("error", ({ error }) => void errors.push(error));
    return { host, peer, events, errors };
  };
  const members = ["a", "b", "c"].map(createMember);
  return { clock, network, members };
}

type Room = ReturnType<typeof createRoom>;
type Member = Room["members"][number];

function camera(id: string, ...kinds: ("audio" | "video")[]): SimulatedStream {
  return new SimulatedStream(
    id,
    kinds.map((kind) => new SimulatedTrack(kind, `${id} ${kind}`)),
  );
}

/** What a member sees of another: labels with what plays. */
function seen(member: Member, of: Member): Record<string, unknown> | undefined {
  const remote = member.peer.remotes.get(of.peer.id);
  const playing = (stream: { getTracks(): unknown[] }): unknown[] =>
    stream
      .getTracks()
      .map((track) => (track as SimulatedTrack).playing)
      .sort();
  return remote && Object.fromEntries([...remote.streams].sort().map(([label, stream]) => [label, playing(stream)]));
}

async function join({ clock }: Room, ...members: Member[]): Promise<void> {
  await clock.runUntil(Promise.all(members.map(({ peer }) => peer.join("room"))));
  await clock.advance(2_000);
}

async function end({ clock, network, members }: Room): Promise<void> {
  await clock.runUntil(Promise.all(members.map(({ peer }) => peer.leave())));
  await clock.advance(5_000);
  await assertNothingLeft(network);
}

/** Media sections of the connection between two members. */
function sections(member: Member, of: Member): number {
  const { connection } = member.peer.remotes.get(of.peer.id) as unknown as { connection: { sections: number } };
  return connection.sections;
}

describe("a shared stream", () => {
  test("arrives under its label, with its tracks in it, and goes track by track", async () => {
    const room = createRoom();
    const [a, b] = room.members as [Member, Member, Member];
    await join(room, a, b);
    let tracksAtAdd: number | undefined;
    b.peer.on("stream:add", ({ stream }) => void (tracksAtAdd = stream.getTracks().length));
    const stream = camera("one", "audio", "video");
    expect(a.peer.share({ label: "camera", stream })).toBe(stream);
    await room.clock.advance(500);
    expect(seen(b, a)).toEqual({ camera: ["one audio", "one video"] });
    expect(tracksAtAdd).toBe(2);
    expect(a.peer.unshare("camera")).toBe(stream);
    expect(a.peer.unshare("camera")).toBe(undefined);
    await room.clock.advance(500);
    expect(b.events).toEqual([
      "stream:add camera",
      "track:add camera",
      "track:add camera",
      "track:remove camera",
      "track:remove camera",
      "stream:remove camera",
    ]);
    expect(seen(b, a)).toEqual({});
    await end(room);
  });

  test("of each side in the same tick both arrive", async () => {
    for (let seed = 0; seed < 100; seed++) {
      const room = createRoom(seed);
      const [a, b] = room.members as [Member, Member, Member];
      await join(room, a, b);
      a.peer.share({ label: "x", stream: camera("of a", "audio", "video") });
      b.peer.share({ label: "x", stream: camera("of b", "audio", "video") });
      await room.clock.advance(1_000);
      expect(seen(b, a)).toEqual({ x: ["of a audio", "of a video"] });
      expect(seen(a, b)).toEqual({ x: ["of b audio", "of b video"] });
      await end(room);
    }
  });

  test("100 times shared and unshared, by both, needs no more sections than once", async () => {
    const room = createRoom();
    const [a, b] = room.members as [Member, Member, Member];
    await join(room, a, b);
    for (let round = 0; round < 100; round++) {
      for (const member of [a, b])
        member.peer.share({ label: `x${round}`, stream: camera(`${round}`, "audio", "video") });
      await room.clock.advance(200);
      expect(seen(b, a)).toEqual({ [`x${round}`]: [`${round} audio`, `${round} video`] });
      for (const member of [a, b]) member.peer.unshare(`x${round}`);
      await room.clock.advance(200);
    }
    expect([sections(a, b), sections(b, a)]).toEqual([2, 2]);
    await end(room);
  });

  test("is updated by difference: the track that stays is not touched, one of its kind takes the place of another", async () => {
    const room = createRoom();
    const [a, b] = room.members as [Member, Member, Member];
    await join(room, a, b);
    const first = camera("first", "audio", "video");
    a.peer.share({ label: "camera", stream: first });
    await room.clock.advance(500);
    const [audio] = first.getTracks();
    const second = new SimulatedStream("second", [
      ...(audio ? [audio] : []),
      new SimulatedTrack("video", "other video"),
    ]);
    b.events.length = 0;
    a.peer.share({ label: "camera", stream: second });
    await room.clock.advance(500);
    expect(seen(b, a)).toEqual({ camera: ["first audio", "other video"] });
    expect(b.events).toEqual([]);
    a.peer.share({ label: "camera", stream: camera("third", "audio") });
    await room.clock.advance(500);
    expect(seen(b, a)).toEqual({ camera: ["third audio"] });
    expect(b.events).toEqual(["track:remove camera"]);
    await end(room);
  });

  test("reaches late joiners as it is now", async () => {
    const room = createRoom();
    const [a, , c] = room.members as [Member, Member, Member];
    await join(room, a);
    a.peer.share({ label: "camera", stream: camera("first", "video") });
    a.peer.share({ label: "screen", stream: camera("screen", "video") });
    a.peer.share({ label: "camera", stream: camera("second", "audio", "video") });
    a.peer.unshare("screen");
    await join(room, c);
    expect(seen(c, a)).toEqual({ camera: ["second audio", "second video"] });
    expect([...a.peer.streams.keys()]).toEqual(["camera"]);
    await end(room);
  });

  test("whose tracks end by themselves is gone, for those who come later too", async () => {
    const room = createRoom();
    const [a, b, c] = room.members as [Member, Member, Member];
    await join(room, a, b);
    const stream = camera("one", "audio", "video");
    a.peer.share({ label: "screen", stream });
    await room.clock.advance(500);
    const [audio, video] = stream.getTracks() as SimulatedTrack[];
    video?.end();
    await room.clock.advance(500);
    expect(seen(b, a)).toEqual({ screen: ["one audio"] });
    audio?.end();
    await join(room, c);
    expect([seen(b, a), seen(c, a)]).toEqual([{}, {}]);
    expect([...a.peer.streams.keys()]).toEqual([]);
    await end(room);
  });

  test("that is managed is stopped when nobody gets its tracks any more, not before", async () => {
    const room = createRoom();
    const [a, b, c] = room.members as [Member, Member, Member];
    await join(room, a, b, c);
    const stream = camera("one", "video");
    const [track] = stream.getTracks() as SimulatedTrack[];
    const [toB, toC] = [b, c].map(({ peer }) => a.peer.remotes.get(peer.id));
    toB?.share({ label: "x", stream, managed: true });
    toC?.share({ label: "x", stream });
    await room.clock.advance(500);
    toB?.unshare("x");
    await room.clock.advance(500);
    expect([track?.readyState, seen(b, a), seen(c, a)]).toEqual(["live", {}, { x: ["one video"] }]);
    toC?.unshare(stream);
    expect([track?.readyState, track?.listeners]).toEqual(["ended", 0]);
    const theirs = camera("two", "video");
    a.peer.share(theirs);
    await end(room);
    expect(
      (theirs.getTracks() as SimulatedTrack[]).map(({ readyState, listeners }) => [readyState, listeners]),
    ).toEqual([["live", 0]]);
  });

  test("refuses what is none, and reports a track that can not be sent", async () => {
    const room = createRoom();
    const [a, b] = room.members as [Member, Member, Member];
    expect(() => a.peer.share({} as never)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    expect(() => a.peer.share({ label: "", stream: camera("x") })).toThrow(
      expect.objectContaining({ code: "INVALID_LABEL" }),
    );
    await join(room, a, b);
    a.peer.share({
      label: "x",
      stream: new SimulatedStream("x", [
        {
          ...new SimulatedTrack("video", "alien"),
          kind: "video",
          readyState: "live",
          addEventListener: () => {},
          removeEventListener: () => {},
          stop: () => {},
        } as never,
      ]),
    });
    await room.clock.advance(500);
    expect(a.errors.map(({ code }) => code)).toEqual(["UNSUPPORTED_TRACK"]);
    await end(room);
  });
});

const LABELS = ["camera", "screen", "music"] as const;
const step = fc.oneof(
  fc.record({
    what: fc.constant("share" as const),
    who: fc.nat(2),
    label: fc.constantFrom(...LABELS),
    audio: fc.nat(2),
    video: fc.nat(2),
  }),
  fc.record({ what: fc.constant("unshare" as const), who: fc.nat(2), label: fc.constantFrom(...LABELS) }),
  fc.record({ what: fc.constant("rejoin" as const), who: fc.nat(2) }),
  fc.record({ what: fc.constant("wait" as const), ms: fc.nat(120) }),
);

test(
  "whatever is shared and unshared, by whom and when, everybody ends up with exactly that",
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(), async (steps, seed) => {
        const room = createRoom(seed);
        const shared = room.members.map(() => new Map<string, string[]>());
        await join(room, ...room.members);
        const leaving: Promise<void>[] = [];
        let count = 0;
        for (const one of steps) {
          if (one.what === "wait") {
            await room.clock.advance(one.ms);
            continue;
          }
          const { peer } = room.members[one.who] as Member;
          if (one.what === "share") {
            const id = `${count++}`;
            const kinds = [...Array<"audio">(one.audio).fill("audio"), ...Array<"video">(one.video).fill("video")];
            const tracks = kinds.map((kind, at) => new SimulatedTrack(kind, `${id}/${at}`));
            peer.share({ label: one.label, stream: new SimulatedStream(id, tracks) });
            shared[one.who]?.set(one.label, tracks.map((track) => track.id).sort());
          } else if (one.what === "unshare") {
            peer.unshare(one.label);
            shared[one.who]?.delete(one.label);
          } else {
            shared[one.who]?.clear();
            leaving.push(peer.leave());
            await room.clock.runUntil(peer.join("room"));
          }
        }
        await room.clock.advance(20_000);
        await room.clock.runUntil(Promise.all(leaving));
        for (const member of room.members) {
          for (const [at, of] of room.members.entries()) {
            if (of === member) continue;
            expect(seen(member, of)).toEqual(Object.fromEntries([...(shared[at] ?? [])].sort()));
          }
          expect(member.errors).toEqual([]);
        }
        await end(room);
      }),
      { numRuns: 200 },
    );
  },
);
