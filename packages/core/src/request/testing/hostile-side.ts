import { connectPair, createSimulatedAdapter, SimulatedNetwork, VirtualClock } from "@peerhood/testing";
import { ChannelRegistry } from "../../channel/channel-registry.js";
import type { ReservedChannel } from "../../channel/reserved-channel.js";
import type { IncomingMessage } from "../../channel/transfer/receiver.js";
import type { PeerhoodError } from "../../errors.js";
import type { RemotePeer } from "../../remote-peer.js";
import { silentLogger } from "../../util/logger.js";
import { REQUEST_LABEL } from "../constants.js";
import { Requests } from "../requests.js";
import { Responders } from "../responders.js";

/** Requests of an honest side, and at the other end of the channel somebody who says on it whatever it likes. */
export class HostileSide {
  readonly clock = new VirtualClock();
  readonly responders = new Responders();
  /** What the honest side reported. */
  readonly errors: PeerhoodError[] = [];
  /** What the hostile side has heard. */
  readonly heard: IncomingMessage[] = [];
  readonly victim: Requests;
  readonly channel: ReservedChannel;
  readonly #registries: { readonly victim: ChannelRegistry; readonly hostile: ChannelRegistry };
  readonly #network = new SimulatedNetwork({ clock: this.clock, latencyMs: 1 });
  #close: () => Promise<void> = async () => {};
  #ids = 0;

  constructor() {
    this.#registries = {
      victim: this.#createRegistry(true, () => this.#registries.hostile),
      hostile: this.#createRegistry(false, () => this.#registries.victim),
    };
    this.victim = new Requests({
      remoteId: "hostile",
      registry: this.#registries.victim,
      remote: () => ({ id: "hostile" }) as RemotePeer,
      host: {
        clock: this.clock,
        responders: this.responders,
        nextRequestId: () => this.#ids++,
        report: (error) => this.errors.push(error),
        listenerFailed: () => {},
      },
    });
    this.channel = this.#registries.hostile.reserve(REQUEST_LABEL, {
      onMessage: (message) => {
        this.heard.push(message);
        return true;
      },
      onClose: () => {},
      onError: () => {},
    });
  }

  async connect(): Promise<void> {
    const adapter = createSimulatedAdapter(this.#network, { host: "a" });
    const remoteAdapter = createSimulatedAdapter(this.#network, { host: "b" });
    const pair = await this.clock.runUntil(
      connectPair({ adapter, remoteAdapter, clock: this.clock, timeoutMs: 10_000 }),
    );
    this.#close = () => pair.close();
    const { victim, hostile } = this.#registries;
    const receipts = [victim.adopt(pair.a.connection), hostile.adopt(pair.b.connection)];
    victim.attach(65_536, receipts[1]);
    hostile.attach(65_536, receipts[0]);
    await this.clock.runUntil(this.channel.open());
    await this.clock.advance(10);
  }

  /** Says it, once the channel is open. */
  async say(info: unknown, payload: unknown = ""): Promise<void> {
    const opened = this.channel.open();
    await this.clock.runUntil(opened);
    this.channel.send(this.channel.prepare(payload, info));
    await this.clock.advance(10);
  }

  async end(): Promise<void> {
    await this.clock.runUntil(this.#close());
  }

  #createRegistry(offering: boolean, other: () => ChannelRegistry): ChannelRegistry {
    return new ChannelRegistry({
      remoteId: offering ? "hostile" : "victim",
      offering,
      clock: this.clock,
      logger: silentLogger,
      timeoutMs: 15_000,
      stallTimeoutMs: 30_000,
      maxMessageBytes: 1_000_000,
      bulkFrameBytes: 65_536,
      fire: () => true,
      send: (message) => {
        this.clock.setTimeout(() => {
          if (message.t === "got") other().got(message);
          else other().receive(message);
        }, 1);
      },
      onViolation: (error) => this.errors.push(error),
    });
  }
}
