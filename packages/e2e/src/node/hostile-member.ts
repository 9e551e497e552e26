import type { Connection, ConnectionAdapter, DataChannelLike, Driver, SessionDescription } from "@peerhood/core";
import { roomTopic } from "@peerhood/core";
import { silentLogger, systemClock } from "@peerhood/core/internal";
import { decodeDatagram, encodeDatagram, PairPipe } from "@peerhood/core/internal-signaling";

interface Signal {
  readonly t: string;
  readonly description?: SessionDescription;
  readonly candidate?: { readonly candidate: string } | null;
}

/**
 * A member of a room that speaks the protocol just as far as the test wants it to, and then says what it likes. Its id
 * is chosen: one that begins with `2`, the lowest of the base32 alphabet, makes the offers; one with `z` answers.
 */
export class HostileMember {
  readonly id: string;
  /** Signals of the victim, in order. */
  readonly heard: Signal[] = [];
  connection: Connection | undefined;
  control: DataChannelLike | undefined;
  /** Whether it connects as a good member would. */
  connects = true;
  readonly #driver: Driver;
  readonly #adapter: ConnectionAdapter;
  readonly #instance: string;
  #pipe: PairPipe | undefined;
  #stop: (() => Promise<void>)[] = [];

  constructor(options: { driver: Driver; adapter: ConnectionAdapter; role: "offering" | "answering"; number: number }) {
    this.#driver = options.driver;
    this.#adapter = options.adapter;
    const digits = String.fromCharCode(97 + (options.number % 26), 97 + Math.floor(options.number / 26));
    this.id = (options.role === "offering" ? "2" : "z").repeat(30) + digits;
    this.#instance = "h".repeat(14) + digits;
  }

  /** Announces itself and answers the first member that introduces itself. */
  async join(room: string): Promise<void> {
    const topic = await roomTopic(room);
    const subscription = await this.#driver.subscribe(`${topic}/${this.id}`, (data) => {
      const datagram = decodeDatagram(data);
      if (datagram?.kind !== "pair" || datagram.toInstance !== this.#instance) return;
      this.#pipe ??= this.#createPipe(topic, datagram.from, datagram.instance, datagram.pair);
      this.#pipe.receive(datagram);
    });
    this.#stop.push(() => subscription.unsubscribe());
    await this.publish(topic, encodeDatagram({ kind: "hello", from: this.id, instance: this.#instance }));
  }

  publish(topic: string, data: Uint8Array): Promise<void> {
    return this.#driver.publish(`${topic}/all`, data);
  }

  /** Says anything by way of the driver. */
  say(message: unknown): void {
    this.#pipe?.push(message);
  }

  async leave(): Promise<void> {
    this.#pipe?.close();
    await Promise.all(this.#stop.map((stop) => stop()));
    await this.connection?.close();
  }

  #createPipe(topic: string, to: string, toInstance: string, toPair: number): PairPipe {
    const pipe = new PairPipe({
      clock: systemClock,
      onMessage: (message) => this.#receive(message as Signal),
      onClosed: () => {},
      transmit: (segment) => {
        const head = { kind: "pair", from: this.id, instance: this.#instance, pair: 1 } as const;
        void this.#driver.publish(`${topic}/${to}`, encodeDatagram({ ...head, toInstance, toPair, ...segment }));
      },
    });
    pipe.push({ t: "intro", metadata: { name: "Mallory" } });
    pipe.push({ t: "accept" });
    return pipe;
  }

  #receive(signal: Signal): void {
    this.heard.push(signal);
    if (!this.connects) return;
    if (signal.t === "accept" && this.id.startsWith("2")) void this.#offer();
    if (signal.t === "description" && signal.description !== undefined) void this.#onDescription(signal.description);
    if (signal.t === "candidate" && signal.candidate !== undefined) {
      void this.connection?.addCandidate(signal.candidate).catch(() => {});
    }
  }

  async #offer(): Promise<void> {
    const connection = this.#connect();
    this.say({ t: "description", e: 1, description: await connection.createOffer() });
  }

  async #onDescription(description: SessionDescription): Promise<void> {
    if (description.type === "answer") return this.connection?.acceptAnswer(description);
    const connection = this.#connect();
    this.say({ t: "description", e: 1, description: await connection.acceptOffer(description) });
  }

  #connect(): Connection {
    this.connection = this.#adapter.createConnection({
      iceServers: [],
      iceTransportPolicy: "all",
      logger: silentLogger,
      handlers: {
        candidate: (candidate) => this.say({ t: "candidate", e: 1, candidate }),
        state: () => {},
        unexpectedChannel: () => {},
        error: () => {},
      },
    });
    this.control = this.connection.createChannel({ label: "peerhood", protocol: "peerhood/1", id: 0 });
    return this.connection;
  }
}

/** Resolves when that channel can send, or is closed. */
export function settled(channel: DataChannelLike): Promise<void> {
  if (channel.readyState !== "connecting") return Promise.resolve();
  return new Promise((resolve) => {
    for (const type of ["open", "close"] as const) channel.addEventListener(type, () => resolve(), { once: true });
  });
}
