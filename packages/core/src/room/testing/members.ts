import { assertNothingLeft, createSimulatedAdapter, SimulatedNetwork, VirtualClock } from "@peerhood/testing";
import type { SimulatedNetworkOptions } from "@peerhood/testing";
import { Peer } from "../../peer.js";
import type { JoinOptions, PeerOptions } from "../../peer-options.js";
import { roomTopic } from "../../signaling/room-topic.js";
import { silentLogger } from "../../util/logger.js";
import { loadPassword } from "../load-password.js";
import { loadRoom } from "../load-room.js";

/** One peer, and what the application heard of it: `"<event> <detail> <remote>"`, by names. */
export interface Member {
  readonly name: string;
  readonly peer: Peer;
  readonly heard: string[];
  readonly errors: { readonly code: string; readonly remoteId: string | undefined }[];
}

/** Peers of one network that join when the test says so. */
export class Members {
  readonly clock = new VirtualClock({ traceTimers: true });
  readonly network: SimulatedNetwork;
  readonly all: Member[] = [];

  constructor(conditions: Omit<SimulatedNetworkOptions, "clock"> = {}) {
    this.network = new SimulatedNetwork({ clock: this.clock, latencyMs: 10, ...conditions });
  }

  /** Loads what is loaded by import(), which no virtual clock waits for. */
  static async warmUp(): Promise<void> {
    await Promise.all([roomTopic("warm-up"), loadRoom(), loadPassword("warm-up")]);
  }

  create(name: string, options: Partial<PeerOptions> = {}): Member {
    const adapter = createSimulatedAdapter(this.network, { host: name });
    const driver = this.network.createDriver(name);
    const peer = new Peer({ adapter, driver, logger: silentLogger, ...options });
    const member: Member = { name, peer, heard: [], errors: [] };
    peer.on("error", ({ error: { code, remoteId } }) => void member.errors.push({ code, remoteId }));
    peer.on("connection", (event) => {
      const reason = event.name === "connection:closed" ? ` ${event.reason}` : "";
      const detail = event.name === "connection:closed" && event.detail !== undefined ? `: ${event.detail}` : "";
      if (event.name === "connection:quality") return;
      member.heard.push(`${event.name.slice("connection:".length)}${reason} ${this.nameOf(event.remote.id)}${detail}`);
    });
    this.all.push(member);
    return member;
  }

  /** One member, or several at the same moment. */
  async join(members: Member | readonly Member[], options: Partial<JoinOptions> = {}): Promise<void> {
    const all = [members].flat() as Member[];
    await this.clock.runUntil(Promise.all(all.map(({ peer }) => peer.join({ room: "room", ...options }))));
  }

  nameOf(id: string): string {
    return this.all.find(({ peer }) => peer.id === id)?.name ?? id;
  }

  /** Names of those that it is connected to. */
  connected({ peer }: Member): string[] {
    const remotes = [...peer.remotes.values()].filter(({ state }) => state === "connected");
    return remotes.map(({ id }) => this.nameOf(id)).sort();
  }

  async end(): Promise<void> {
    await this.clock.runUntil(Promise.all(this.all.map(({ peer }) => peer.leave())));
    await assertNothingLeft(this.network);
  }
}
