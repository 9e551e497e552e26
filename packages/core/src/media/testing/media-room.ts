import {
  assertNothingLeft,
  createSimulatedAdapter,
  SimulatedNetwork,
  SimulatedStream,
  SimulatedTrack,
  VirtualClock,
} from "@peerhood/testing";
import type { PeerhoodError } from "../../errors.js";
import { Peer } from "../../peer.js";
import { silentLogger } from "../../util/logger.js";

/** Three peers on one simulated network, none of them in a room yet. */
export function createRoom(seed = 1) {
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

export type Room = ReturnType<typeof createRoom>;
export type Member = Room["members"][number];

export function camera(id: string, ...kinds: ("audio" | "video")[]): SimulatedStream {
  return new SimulatedStream(
    id,
    kinds.map((kind) => new SimulatedTrack(kind, `${id} ${kind}`)),
  );
}

/** What a member sees of another: labels with what plays. */
export function seen(member: Member, of: Member): Record<string, unknown> | undefined {
  const remote = member.peer.remotes.get(of.peer.id);
  return remote && Object.fromEntries([...remote.streams].sort().map(([label, stream]) => [label, playing(stream)]));
}

/** Ids of what a stream shows at the moment. */
export function playing(stream: { getTracks(): unknown[] }): (string | null)[] {
  return stream
    .getTracks()
    .map((track) => (track as SimulatedTrack).playing)
    .sort();
}

export async function join({ clock }: Room, ...members: Member[]): Promise<void> {
  await clock.runUntil(Promise.all(members.map(({ peer }) => peer.join("room"))));
  await clock.advance(2_000);
}

/** All leave, and nothing is left. */
export async function end({ clock, network, members }: Room): Promise<void> {
  await clock.runUntil(Promise.all(members.map(({ peer }) => peer.leave())));
  await clock.advance(5_000);
  await assertNothingLeft(network);
}
