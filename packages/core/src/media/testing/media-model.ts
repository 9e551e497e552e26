import { SimulatedStream } from "@peerhood/testing";
import fc from "fast-check";
import { expect } from "vitest";
import type { RemotePeer } from "../../remote-peer.js";
import { watchOrder } from "./event-order.js";
import { createRoom, end, playing, type Room } from "./media-room.js";
import { isLive, ModelShares, WatchedTrack, type ModelShare } from "./track-keeper.js";

const who = fc.nat(2);
const label = fc.constantFrom("camera", "screen", "music");
/** Of the other two; nobody: everyone. */
const to = fc.option(fc.nat(1), { nil: undefined });
const shared = fc.record({
  audio: fc.nat(2),
  video: fc.nat(2),
  /** Also takes one of the member's tracks that is there already, whoever gets it. */
  again: fc.option(fc.nat(), { nil: undefined }),
  managed: fc.boolean(),
});

const mediaStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant("share" as const), who, to, label, shared }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("unshare" as const), who, to, label }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("end track" as const), who, which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("join" as const), who }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("leave" as const), who }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("dispose" as const), who, to: fc.nat(1) }) },
  // A round trip is 20 to 36 ms, a connection takes some of them: the next step comes in the middle of what goes on.
  { weight: 6, arbitrary: fc.record({ what: fc.constant("wait" as const), ms: fc.nat(120) }) },
);
type MediaStep = typeof mediaStep extends fc.Arbitrary<infer T> ? T : never;

/** Left to itself, fast-check makes lists of ten at most. */
export const mediaSteps = fc.array(mediaStep, { minLength: 15, maxLength: 50, size: "max" });

/** Looks are taken this often, so that nothing wrong is shown for as long as a message is on its way. */
const LOOK_MS = 4;
const SETTLE_MS = 20_000;

/** One member, and what it should share by now. */
class ModelMember {
  readonly member: Room["members"][number];
  readonly forAll = new ModelShares();
  readonly forRemote = new Map<RemotePeer, ModelShares>();
  readonly tracks: WatchedTrack[] = [];
  /** Every track that was ever shared under a label. */
  readonly history = new Map<string, Set<string>>();
  /** Counts stays; even: in no room. */
  stay = 0;

  constructor(member: Room["members"][number]) {
    this.member = member;
  }

  /** Remotes that were met since get what is shared for all; of those that are gone nothing is used. */
  refresh(): void {
    const remotes = new Set(this.member.peer.remotes.values());
    for (const [remote, shares] of this.forRemote) {
      if (remotes.has(remote)) continue;
      shares.clear();
      this.forRemote.delete(remote);
    }
    for (const remote of remotes) {
      if (this.forRemote.has(remote)) continue;
      const copies = [...this.forAll.byLabel].map(([at, { tracks }]) => [at, { tracks, managed: false }] as const);
      this.forRemote.set(remote, new ModelShares(copies));
    }
  }

  uses(track: WatchedTrack): boolean {
    const { remotes } = this.member.peer;
    const live = [...this.forRemote].filter(([remote]) => remotes.get(remote.id) === remote);
    return this.forAll.uses(track) || live.some(([, shares]) => shares.uses(track));
  }

  share(at: string, share: ModelShare, only?: RemotePeer): void {
    const history = this.history.get(at) ?? new Set<string>();
    this.history.set(at, history);
    for (const { id } of share.tracks) history.add(id);
    if (only === undefined) this.forAll.share(at, share);
    for (const [remote, shares] of this.forRemote) {
      if (only === undefined) shares.share(at, { ...share, managed: false });
      else if (only === remote) shares.share(at, share);
    }
  }

  unshare(at: string, only?: RemotePeer): void {
    // What was never shared with everyone is left alone.
    if (only === undefined && !this.forAll.byLabel.has(at)) return;
    if (only === undefined) this.forAll.unshare(at);
    for (const [remote, shares] of this.forRemote) if (only === undefined || only === remote) shares.unshare(at);
  }
}

/** Carries the steps out on three members and on the model, and compares: on the way what may never be, at the end all. */
export async function runMediaSteps(steps: readonly MediaStep[], seed: number): Promise<void> {
  const room = createRoom(seed);
  const { clock } = room;
  const members = room.members.map((member) => new ModelMember(member));
  const violations: string[] = [];
  const disposed = new Set<string>();
  const leaving: Promise<void>[] = [];
  let count = 0;
  for (const { member } of members) watchOrder(member.peer, violations);

  const pairOf = (...two: [ModelMember, ModelMember]): string =>
    two
      .map(({ member, stay }) => `${member.host}${stay}`)
      .sort()
      .join();
  const remoteOf = (one: ModelMember, other: ModelMember): RemotePeer | undefined =>
    one.member.peer.remotes.get(other.member.peer.id);
  const look = (): void => {
    for (const one of members) {
      one.refresh();
      for (const other of members) {
        if (one === other) continue;
        for (const [at, stream] of remoteOf(one, other)?.streams ?? []) {
          for (const id of playing(stream)) {
            if (id !== null && !other.history.get(at)?.has(id)) violations.push(`${id} is shown as ${at}`);
          }
        }
      }
    }
  };
  const createShare = (
    owner: ModelMember,
    { audio, video, again, managed }: typeof shared extends fc.Arbitrary<infer T> ? T : never,
  ): ModelShare => {
    const kinds = [...Array<"audio">(audio).fill("audio"), ...Array<"video">(video).fill("video")];
    const onStop = (track: WatchedTrack): void => {
      if (owner.uses(track)) violations.push(`${track.id} was stopped while it was used`);
    };
    const fresh = kinds.map((kind) => new WatchedTrack(kind, `${owner.member.host} ${kind} ${count++}`, onStop));
    const live = owner.tracks.filter(isLive);
    const old = again === undefined ? [] : live.slice(again % (live.length || 1)).slice(0, 1);
    owner.tracks.push(...fresh);
    return { tracks: [...fresh, ...old], managed };
  };

  const enter = async (one: ModelMember): Promise<void> => {
    if (one.stay % 2 === 1) return;
    one.stay++;
    await clock.runUntil(one.member.peer.join("room"));
  };
  const act = async (step: MediaStep): Promise<void> => {
    if (step.what === "wait") {
      for (let ms = 0; ms < step.ms; ms += LOOK_MS) {
        await clock.advance(LOOK_MS);
        look();
      }
      return;
    }
    const one = members[step.who] as ModelMember;
    const { peer } = one.member;
    const others = members.filter((other) => other !== one);
    const only = "to" in step && step.to !== undefined ? remoteOf(one, others[step.to] as ModelMember) : undefined;
    if ("to" in step && step.to !== undefined && only === undefined) return;
    switch (step.what) {
      case "share": {
        const share = createShare(one, step.shared);
        one.share(step.label, share, only);
        const stream = new SimulatedStream(`stream ${count++}`, share.tracks);
        (only ?? peer).share({ label: step.label, stream, managed: share.managed });
        return;
      }
      case "unshare":
        one.unshare(step.label, only);
        return void (only ?? peer).unshare(step.label);
      case "end track": {
        const live = one.tracks.filter(isLive);
        const track = live[step.which % (live.length || 1)];
        if (track === undefined) return;
        for (const shares of [one.forAll, ...one.forRemote.values()]) shares.onEnded(track);
        return track.end();
      }
      case "join":
        return enter(one);
      case "leave":
        one.forAll.clear();
        for (const shares of one.forRemote.values()) shares.clear();
        one.stay += one.stay % 2;
        return void leaving.push(peer.leave());
      case "dispose":
        disposed.add(pairOf(one, others[step.to] as ModelMember));
        if (only !== undefined) one.forRemote.get(only)?.clear();
        return void leaving.push(only?.dispose() ?? Promise.resolve());
    }
  };

  for (const one of members) await enter(one);
  for (const step of steps) {
    for (const one of members) one.refresh();
    await act(step);
    look();
  }
  await clock.advance(SETTLE_MS);
  await clock.runUntil(Promise.all(leaving));
  look();
  for (const one of members) {
    for (const other of members) {
      if (one === other) continue;
      const [mine, theirs] = [remoteOf(one, other), remoteOf(other, one)];
      const meet = one.stay % 2 === 1 && other.stay % 2 === 1 && !disposed.has(pairOf(one, other));
      expect([mine !== undefined, theirs !== undefined]).toEqual([meet, meet]);
      if (mine === undefined || theirs === undefined) continue;
      const shows = Object.fromEntries([...mine.streams].sort().map(([at, stream]) => [at, playing(stream)]));
      expect(shows).toEqual(other.forRemote.get(theirs)?.describe());
    }
    expect(one.member.errors).toEqual([]);
  }
  for (const one of members) {
    one.forAll.clear();
    for (const shares of one.forRemote.values()) shares.clear();
  }
  await end(room);
  expect(violations).toEqual([]);
  for (const { tracks } of members) {
    for (const track of tracks) {
      expect([track.id, track.listeners, !track.letGo || track.readyState === "ended"]).toEqual([track.id, 0, true]);
    }
  }
}
