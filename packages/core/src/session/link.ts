import type { Connection, ConnectionAdapter, ConnectionState, IceServer } from "../adapter.js";
import { PeerhoodError } from "../errors.js";
import type { Clock } from "../util/clock.js";
import { AttemptRecord } from "../diagnose/attempt-record.js";
import { createDeferred } from "../util/deferred.js";
import type { Logger } from "../util/logger.js";
import type { QualitySample } from "../quality/quality-level.js";
import type { RemoteStats } from "../remote-peer.js";
import type { PairRecord } from "../snapshot/pair-record.js";
import { withTimeout } from "../util/timeout.js";
import { GOODBYE_MS } from "./constants.js";
import { BusyWatch } from "./busy-watch.js";
import { ControlChannel } from "./control-channel.js";
import type { Goodbye } from "./ending.js";
import { Heartbeat } from "./heartbeat.js";
import type { ControlMessage, HelloMessage, NegotiationMessage, Receipt } from "./messages.js";
import { StatsMeter } from "./stats-meter.js";
import { Negotiator, type MediaLabels } from "./negotiator.js";

export interface LinkOptions {
  readonly adapter: ConnectionAdapter;
  readonly iceServers: readonly IceServer[];
  readonly iceTransportPolicy: "all" | "relay";
  readonly clock: Clock;
  readonly logger: Logger;
  readonly offering: boolean;
  readonly epoch: number;
  readonly record: PairRecord;
  /** Silence after which the other side counts as gone. */
  readonly heartbeatTimeoutMs: number;
  /** Number of the frames that have come on its channels. */
  readonly arrived: () => number;
  /** Carries negotiation to the other side's link. */
  readonly send: (message: NegotiationMessage) => void;
  readonly media: MediaLabels;
  /** The control channel is open: all goes over this connection from now on. Returns what has come over earlier ones. */
  readonly adopt: () => Receipt;
  /** The other side has said hello; frames of up to `maxFrameBytes` pass in both directions. */
  readonly onUp: (maxFrameBytes: number, hello: HelloMessage) => void;
  readonly onMessage: (message: ControlMessage) => void;
  /** It talked all the time, has fallen silent, and does not answer at once. */
  readonly onUneasy: () => void;
  /** It may well be lost; told again and again, until `onCertain` or its end. */
  readonly onDoubtful: () => void;
  readonly onCertain: () => void;
  /** The network is gone; it may come back by itself. */
  readonly onInterrupted: () => void;
  readonly onRecovered: () => void;
  /** It is over. Called once at most, and not after `close`. */
  readonly onDown: (error: PeerhoodError) => void;
  /** A failure that ended nothing. */
  readonly onError: (error: PeerhoodError) => void;
}

/** One WebRTC connection of a session, with what keeps it agreed on and the channel to talk over. */
export class Link {
  readonly connection: Connection;
  readonly control: ControlChannel;
  readonly epoch: number;
  readonly #options: LinkOptions;
  readonly #negotiator: Negotiator;
  /** Both sides may say goodbye at once: then none waits for the other to close. */
  readonly #goodbyeHeard = createDeferred();
  readonly #record: AttemptRecord;
  readonly #meter = new StatsMeter();
  #heartbeat: Heartbeat | undefined;
  #busyWatch: BusyWatch | undefined;
  #interrupted = false;
  #over = false;

  /** @throws PeerhoodError what `ConnectionAdapter.createConnection` throws */
  constructor(options: LinkOptions) {
    this.#options = options;
    this.epoch = options.epoch;
    const { adapter, iceServers, iceTransportPolicy, logger, clock, offering, epoch, send, media, onError } = options;
    const record = new AttemptRecord({ iceServers, iceTransportPolicy });
    this.#record = record;
    this.connection = adapter.createConnection({
      iceServers,
      iceTransportPolicy,
      logger,
      handlers: {
        candidate: (candidate) => {
          record.localCandidate(candidate);
          this.#negotiator.localCandidate(candidate);
        },
        serverFailed: (failure) => record.serverFailed(failure),
        state: (state) => this.#onState(state),
        unexpectedChannel: (label) => onError(unexpectedChannel(label)),
        error: onError,
      },
    });
    this.#negotiator = new Negotiator({
      connection: this.connection,
      offering,
      epoch,
      send,
      media,
      onFailure: (error) => this.#down(error),
      // A candidate that comes while the connection is being closed is nobody's fault.
      onBadCandidate: (error) => {
        if (!this.#over) onError(error);
      },
    });
    this.control = new ControlChannel({
      connection: this.connection,
      clock,
      runtime: adapter.name,
      receipt: options.adopt,
      onOpen: (maxFrameBytes, hello) => {
        this.#watch();
        options.onUp(maxFrameBytes, hello);
      },
      onHeard: () => this.#heartbeat?.heard(),
      onSaid: (direction, message) => options.record.signal(direction, "connection", message, epoch),
      onMessage: (message) => {
        if (!this.#over) options.onMessage(message);
        else if (message.t === "bye") this.#goodbyeHeard.resolve();
      },
      onViolation: (error) => this.#down(error),
      onClose: () => this.#down(lost("the other side closed it")),
    });
    if (offering) this.#negotiator.negotiate();
  }

  /** Brings the descriptions up to date with what is to be sent. */
  negotiate(): void {
    if (!this.#over) this.#negotiator.negotiate();
  }

  receive(message: NegotiationMessage): void {
    if (this.#over) return;
    this.#record.heard();
    if (message.t === "candidate") this.#record.remoteCandidate(message.candidate);
    this.#negotiator.receive(message);
  }

  /** The network of this machine has changed: whether this connection still works is to be known soon. */
  doubt(): void {
    this.#heartbeat?.doubt();
  }

  /** It talked all the time, has fallen silent, and has not answered. */
  get isUneasy(): boolean {
    return this.#heartbeat?.isUneasy ?? false;
  }

  /** Why it did not come about, as far as is known; a failure of one that was up stays as it is. */
  explain(error: PeerhoodError): PeerhoodError {
    return this.#heartbeat === undefined ? this.#record.explain(error, this.connection.stage) : error;
  }

  /** For its quality, beside what `stats` counts from. */
  async measure(): Promise<QualitySample> {
    const [{ packets }, roundTripTimeMs] = await Promise.all([this.connection.stats(), this.control.ping()]);
    return { packets, roundTripTimeMs };
  }

  async stats(): Promise<RemoteStats> {
    const [stats, roundTripMs] = await Promise.all([this.connection.stats(), this.control.ping()]);
    return this.#meter.measure(stats, roundTripMs, this.#options.clock.now());
  }

  /**
   * Idempotent; resolves when no native handle is left. With a reason it says goodbye first and gives that time to
   * arrive: closing at once would drop what is still queued.
   */
  async close(goodbye?: Goodbye): Promise<void> {
    this.#over = true;
    this.#stopWatching();
    if (goodbye !== undefined && this.control.open) {
      this.control.send({ t: "bye", ...goodbye });
      const heard = Promise.race([this.control.whenClosed(), this.#goodbyeHeard.promise]);
      const tooLong = (): Error => new Error("The goodbye took too long.");
      await withTimeout(heard, GOODBYE_MS, this.#options.clock, tooLong).catch(() => {});
    }
    await this.connection.close();
  }

  #watch(): void {
    const { clock, heartbeatTimeoutMs: timeoutMs, arrived, onUneasy, onDoubtful, onCertain } = this.#options;
    const heartbeat = new Heartbeat({
      clock,
      timeoutMs,
      // What the transport has heard counts too: media, acknowledgements of a page whose JavaScript is busy. Not ICE's
      // checks: after a change of address they may be answered while all else goes to the old one.
      trace: async () => this.connection.lifeSign?.() ?? String((await this.connection.stats()).bytesReceived),
      probe: () => this.control.probe(),
      onUneasy,
      onDoubtful,
      onCertain,
      onSilent: (silentMs) => this.#down(silent(silentMs)),
    });
    this.#heartbeat = heartbeat;
    this.#busyWatch = new BusyWatch({
      clock,
      arrived,
      onHeard: (sinceMs) => heartbeat.heard(sinceMs),
      onHush: () => heartbeat.suspect(),
    });
  }

  #stopWatching(): void {
    this.#heartbeat?.stop();
    this.#busyWatch?.stop();
  }

  #onState(state: ConnectionState): void {
    if (this.#over) return;
    if (state === "disconnected") {
      this.#interrupted = true;
      this.#options.onInterrupted();
    } else if (state === "connected" && this.#interrupted) {
      this.#interrupted = false;
      this.#options.onRecovered();
    } else if (state === "failed" || state === "closed") {
      this.#down(lost(state === "failed" ? "no path to the other side works" : "the other side closed it"));
    }
  }

  #down(error: PeerhoodError): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopWatching();
    this.#options.onDown(error);
  }
}

function lost(why: string): PeerhoodError {
  return new PeerhoodError("CONNECTION_FAILED", `The connection to the remote is lost: ${why}.`, { retryable: true });
}

function silent(ms: number): PeerhoodError {
  return new PeerhoodError(
    "CONNECTION_TIMEOUT",
    `Nothing was heard of the remote for ${ms} ms: it, or the network between both, is gone. The bound is heartbeatTimeoutMs.`,
    { retryable: true },
  );
}

function unexpectedChannel(label: string): PeerhoodError {
  const shown = label.length > 64 ? `${label.slice(0, 64)}…` : label;
  return new PeerhoodError(
    "UNEXPECTED_CHANNEL",
    `The remote opened the channel ${JSON.stringify(shown)} by itself; channels are agreed on first. It was closed.`,
  );
}
