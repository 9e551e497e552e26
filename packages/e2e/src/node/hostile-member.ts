import type { Connection, ConnectionAdapter, DataChannelLike, Driver, SessionDescription } from "@peerhood/core";
import { roomTopic } from "@peerhood/core";
import { silentLogger, systemClock } from "@peerhood/core/internal";
import {
  createIdentityKey,
  createLocalKeys,
  decodeDatagram,
  encodeRoomDatagram,
  Handshakes,
  instanceOf,
  PairPipe,
  type IdentityKey,
  type PipeSegment,
} from "@peerhood/core/internal-signaling";

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

interface Signal {
  readonly t: string;
  /** Number of the attempt to connect. */
  readonly e?: number;
  readonly description?: SessionDescription;
  readonly candidate?: { readonly candidate: string } | null;
}

/**
 * A member of a room that speaks the protocol just as far as the test wants it to, and then says what it likes. Its id
 * is searched for: one that begins with `2`, the lowest of the base32 alphabet, makes the offers; one with `z` answers.
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
  readonly #identity: IdentityKey;
  readonly #instanceSecret = randomBytes(32);
  /** The attempt that is under way. Each may fail (docs, facts: a race), and the victim then begins the next. */
  #epoch = 1;
  readonly #past: Connection[] = [];
  #handshakes: Handshakes | undefined;
  #pipe: PairPipe | undefined;
  #stop: (() => Promise<void>)[] = [];

  constructor(options: { driver: Driver; adapter: ConnectionAdapter; role: "offering" | "answering" }) {
    this.#driver = options.driver;
    this.#adapter = options.adapter;
    const digit = options.role === "offering" ? "2" : "z";
    let identity = createIdentityKey(randomBytes(32));
    while (!identity.id.startsWith(digit)) identity = createIdentityKey(randomBytes(32));
    this.#identity = identity;
    this.id = identity.id;
  }

  /** Announces itself and answers the first member that introduces itself. */
  async join(room: string): Promise<void> {
    const topic = await roomTopic(room);
    const instance = instanceOf(this.#instanceSecret);
    const handshakes = new Handshakes({
      place: { topic, id: this.id, instance },
      clock: systemClock,
      timeoutMs: 15_000,
      createKeys: () => createLocalKeys(this.#identity, randomBytes),
      transmit: (data, to) => void this.#driver.publish(`${topic}/${to}`, data),
      onMismatch: () => {},
      onMayAsk: () => {},
      onGuessesLimit: () => {},
      onMet: (pair) => {
        this.#pipe ??= this.#createPipe((segment) => {
          void this.#driver.publish(`${topic}/${pair.address.id}`, pair.seal(segment));
        });
      },
      onChanged: () => {},
      onSegment: (_pair, segment) => this.#pipe?.receive(segment),
    });
    this.#handshakes = handshakes;
    const subscription = await this.#driver.subscribe(`${topic}/${this.id}`, (data) => {
      const datagram = decodeDatagram(data);
      if (datagram?.kind === "pair") handshakes.receive(datagram);
    });
    this.#stop.push(() => subscription.unsubscribe());
    await this.publish(topic, encodeRoomDatagram({ kind: "hello", from: this.id, instance }));
  }

  publish(topic: string, data: Uint8Array): Promise<void> {
    return this.#driver.publish(`${topic}/all`, data);
  }

  /** The control channel of the attempt that succeeds. */
  async openControl(): Promise<DataChannelLike> {
    for (;;) {
      const { control } = this;
      if (control !== undefined) await settled(control);
      if (control?.readyState === "open") return control;
      while (this.control === control) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Says anything by way of the driver. */
  say(message: unknown): void {
    this.#pipe?.push(message);
  }

  async leave(): Promise<void> {
    this.#pipe?.close();
    this.#handshakes?.close();
    await Promise.all(this.#stop.map((stop) => stop()));
    await Promise.all([...this.#past, this.connection].map((connection) => connection?.close()));
  }

  #createPipe(transmit: (segment: PipeSegment) => void): PairPipe {
    const pipe = new PairPipe({
      clock: systemClock,
      onMessage: (message) => this.#receive(message as Signal),
      onClosed: () => {},
      transmit,
    });
    pipe.push({ t: "intro", metadata: { name: "Mallory" } });
    pipe.push({ t: "accept" });
    return pipe;
  }

  #receive(signal: Signal): void {
    this.heard.push(signal);
    if (!this.connects) return;
    if (signal.e !== undefined && signal.e < this.#epoch) return;
    this.#epoch = signal.e ?? this.#epoch;
    if (this.id.startsWith("2") && (signal.t === "accept" || signal.t === "negotiate")) void this.#offer();
    if (signal.t === "description" && signal.description !== undefined) void this.#onDescription(signal.description);
    if (signal.t === "candidate" && signal.candidate !== undefined) {
      void this.connection?.addCandidate(signal.candidate).catch(() => {});
    }
  }

  async #offer(): Promise<void> {
    const connection = this.#connect();
    const e = this.#epoch;
    this.say({ t: "description", e, description: await connection.createOffer() });
  }

  async #onDescription(description: SessionDescription): Promise<void> {
    if (description.type === "answer") return this.connection?.acceptAnswer(description);
    const connection = this.#connect();
    const e = this.#epoch;
    this.say({ t: "description", e, description: await connection.acceptOffer(description) });
  }

  #connect(): Connection {
    if (this.connection !== undefined) this.#past.push(this.connection);
    const e = this.#epoch;
    this.connection = this.#adapter.createConnection({
      iceServers: [],
      iceTransportPolicy: "all",
      logger: silentLogger,
      handlers: {
        candidate: (candidate) => this.say({ t: "candidate", e, candidate }),
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
function settled(channel: DataChannelLike): Promise<void> {
  if (channel.readyState !== "connecting") return Promise.resolve();
  return new Promise((resolve) => {
    for (const type of ["open", "close"] as const) channel.addEventListener(type, () => resolve(), { once: true });
  });
}
