import { SimulatedStream, SimulatedTrack } from "@peerhood/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { loadRoom } from "../room/load-room.js";
import { roomTopic } from "../signaling/room-topic.js";
import { camera, createRoom, end, join, playing, seen, type Member } from "./testing/media-room.js";

// Loaded by import(), which no virtual clock can wait for.
beforeAll(() => Promise.all([roomTopic("warm-up"), loadRoom()]));

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
    const room = createRoom();
    const [a, b] = room.members as [Member, Member, Member];
    await join(room, a, b);
    for (let round = 0; round < 100; round++) {
      // Each needs a section more than the round before, so both begin to negotiate at once.
      a.peer.share({ label: `${round}`, stream: camera("of a", round % 2 ? "audio" : "video") });
      b.peer.share({ label: `${round}`, stream: camera("of b", round % 2 ? "audio" : "video") });
      await room.clock.advance(1_000);
      const [atA, atB] = [a, b].map(({ peer }) => [...peer.remotes.values()][0]?.streams.get(`${round}`));
      expect(atA && playing(atA)).toEqual([round % 2 ? "of b audio" : "of b video"]);
      expect(atB && playing(atB)).toEqual([round % 2 ? "of a audio" : "of a video"]);
      if (round < 50) continue;
      // There may be 64 at most.
      for (const { peer } of [a, b]) peer.unshare(`${round - 50}`);
    }
    await end(room);
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

  test("that takes the section of another is never seen under the label of that", async () => {
    const room = createRoom();
    const [a, b] = room.members as [Member, Member, Member];
    await join(room, a, b);
    a.peer.share({ label: "camera", stream: camera("one", "video") });
    await room.clock.advance(500);
    const shown = new Set<string>();
    const wait = async (): Promise<void> => {
      for (let ms = 0; ms < 200; ms++) {
        await room.clock.advance(1);
        shown.add(JSON.stringify(seen(b, a)));
      }
    };
    a.peer.unshare("camera");
    a.peer.share({ label: "screen", stream: camera("two", "video") });
    await room.clock.advance(5);
    // Before the other has heard of the first change.
    a.peer.unshare("screen");
    a.peer.share({ label: "camera", stream: camera("three", "video") });
    await wait();
    expect(sections(a, b)).toBe(1);
    expect([...shown].filter((one) => one.includes("two"))).toEqual([]);
    expect([...shown].at(-1)).toBe('{"camera":["three video"]}');
    await end(room);
  });

  test("with tracks that are in another one too goes and leaves that as it is", async () => {
    const room = createRoom();
    const [a, b] = room.members as [Member, Member, Member];
    await join(room, a, b);
    const stream = camera("one", "audio", "video");
    a.peer.share({ label: "camera", stream, managed: true });
    a.peer.share({ label: "camera too", stream: new SimulatedStream("again", stream.getTracks()), managed: true });
    await room.clock.advance(500);
    const both = ["one audio", "one video"];
    expect(seen(b, a)).toEqual({ camera: both, "camera too": both });
    a.peer.unshare("camera");
    await room.clock.advance(500);
    expect(seen(b, a)).toEqual({ "camera too": both });
    a.peer.unshare("camera too");
    expect(stream.getTracks().map(({ readyState }) => readyState)).toEqual(["ended", "ended"]);
    await end(room);
  });

  test("of a remote that is gone is refused, and uses no track", async () => {
    const room = createRoom();
    const [a, b] = room.members as [Member, Member, Member];
    await join(room, a, b);
    const [remote] = a.peer.remotes.values();
    await room.clock.runUntil(b.peer.leave());
    await room.clock.advance(500);
    expect(remote?.state).toBe("closed");
    const stream = camera("one", "video");
    expect(() => remote?.share(stream)).toThrow(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
    expect((stream.getTracks() as SimulatedTrack[]).map(({ listeners }) => listeners)).toEqual([0]);
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
