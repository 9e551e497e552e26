import { assertNothingLeft, createSimulatedAdapter, SimulatedNetwork, VirtualClock } from "@peerhood/testing";
import type { SimulatedNetworkOptions } from "@peerhood/testing";
import { Peer } from "../../peer.js";
import type { PeerOptions } from "../../peer-options.js";
import type { RemotePeer } from "../../remote-peer.js";
import { loadRoom } from "../../room/load-room.js";
import { roomTopic } from "../../signaling/room-topic.js";
import { silentLogger } from "../../util/logger.js";

/** Peers in one room over a simulated network, by the virtual clock. */
export class RoomOfPeers {
  readonly clock = new VirtualClock({ traceTimers: true });
  readonly network: SimulatedNetwork;
  readonly peers: Peer[];
  /** What was reported in the background, by any of them: codes. */
  readonly errors: string[] = [];

  constructor(
    count: number,
    conditions: Omit<SimulatedNetworkOptions, "clock"> = {},
    options: Partial<PeerOptions> = {},
  ) {
    this.network = new SimulatedNetwork({ clock: this.clock, latencyMs: 10, ...conditions });
    this.peers = Array.from({ length: count }, (_, index) => {
      const adapter = createSimulatedAdapter(this.network, { host: `host ${index}` });
      const driver = this.network.createDriver(`host ${index}`);
      const peer = new Peer({ adapter, driver, logger: silentLogger, ...options });
      peer.on("error", ({ error }) => this.errors.push(error.code));
      peer.on("channel", (event) => {
        if (event.label.startsWith("peerhood:")) throw new Error(`the application saw ${event.name}`);
        if ("error" in event) this.errors.push(event.error.code);
      });
      return peer;
    });
  }

  /** All joined and connected. */
  async meet(): Promise<void> {
    // Loaded by import() at the first join, which no virtual clock waits for.
    await Promise.all([roomTopic("warm-up"), loadRoom()]);
    const { peers, clock } = this;
    let missing = peers.length * (peers.length - 1);
    const met = new Promise<void>((resolve) => {
      for (const peer of peers) peer.on("connection:connected", () => void (--missing === 0 && resolve()));
    });
    await clock.runUntil(Promise.all([...peers.map((peer) => peer.join("room")), met]));
  }

  peer(index: number): Peer {
    const peer = this.peers[index];
    if (peer === undefined) throw new Error(`There is no peer ${index}.`);
    return peer;
  }

  /** How `from` sees `to`. */
  remote(from: number, to: number): RemotePeer {
    const remote = this.peer(from).remotes.get(this.peer(to).id);
    if (remote === undefined) throw new Error(`${from} has not met ${to}.`);
    return remote;
  }

  /** Moves time until the promise settles. */
  run<T>(promise: PromiseLike<T>): Promise<T> {
    return this.clock.runUntil(promise);
  }

  /** The code that it rejects with. */
  async codeOf(promise: PromiseLike<unknown>): Promise<string> {
    try {
      await this.run(promise);
      return "resolved";
    } catch (error) {
      return (error as { code: string }).code;
    }
  }

  /** All leave; nothing is left running. */
  async end(): Promise<void> {
    await this.run(Promise.all(this.peers.map((peer) => peer.leave())));
    await assertNothingLeft(this.network);
  }
}
