import type { Connection, IceServer } from "../adapter.js";
import { PeerhoodError, toPeerhoodError } from "../errors.js";
import { RateLimit } from "../sealing/rate-limit.js";
import { MAX_DIALS, REMOTE_DIALS_BURST, REMOTE_DIALS_PER_SECOND } from "./constants.js";
import { isFatal, type Goodbye } from "./ending.js";
import { Link, type LinkOptions } from "./link.js";
import type { ControlMessage, HelloMessage, NegotiationMessage, Receipt } from "./messages.js";
import type { MediaLabels } from "./negotiator.js";
import { Reconnect, type ReconnectPolicy } from "./reconnect.js";

export interface DialerOptions extends Pick<
  LinkOptions,
  | "adapter"
  | "iceTransportPolicy"
  | "clock"
  | "logger"
  | "offering"
  | "record"
  | "heartbeatTimeoutMs"
  | "arrived"
  | "onError"
> {
  readonly remoteId: string;
  readonly iceServers: () => Promise<readonly IceServer[]>;
  /** `false`: a lost connection is the end. */
  readonly reconnect: ReconnectPolicy | false;
  /** 0 to below 1. */
  readonly random: () => number;
  /** Whether what is pushed may reach the other side. */
  readonly canSignal: () => boolean;
  /** Whether that is still so is to be known soon. */
  readonly checkSignaling: () => void;
  /** Says it by way of the driver. */
  readonly push: (message: NegotiationMessage) => void;
  readonly media: MediaLabels;
  /** All goes over that connection from now on; what has come over earlier ones is in the receipt. */
  readonly adopt: (connection: Connection) => Receipt;
  /** The other side has said hello on it. */
  readonly onUp: (link: Link, maxFrameBytes: number, hello: HelloMessage) => void;
  readonly onMessage: (message: ControlMessage) => void;
  /** The connection that was up is lost, for now or for ever. */
  readonly onLost: () => void;
  /** One is being built beside it, or no longer. */
  readonly onBuilding: () => void;
  /** Another one is being built in its place. */
  readonly onTrying: () => void;
  /** It was not lost after all. */
  readonly onRecovered: (connection: Connection) => void;
  /** None could be made, or none again in time. Called once at most, and not after `close`. */
  readonly onDown: (error: PeerhoodError) => void;
}

/**
 * Makes the connections of a session, numbered by their epochs, and knows which of them is in use. The first is tried a
 * few times. A lost one is replaced by another that is built beside it: whichever side notices begins, the other
 * follows, and all goes over the new one in the moment in which its control channel opens.
 */
export class Dialer {
  readonly #options: DialerOptions;
  readonly #reconnect: Reconnect | undefined;
  readonly #limit: RateLimit;
  #iceServers: readonly IceServer[] = [];
  #epoch = 0;
  /** Of the attempt that was begun because the one in use may well be lost. */
  #doubtEpoch = 0;
  /** In use, or the last that was. */
  #live: Link | undefined;
  /** The other side has said hello on it. */
  #isUp = false;
  /** Being built. */
  #next: Link | undefined;
  #wasUp = false;
  #lost = false;
  #over = false;
  readonly #closing = new Set<Promise<void>>();

  constructor(options: DialerOptions) {
    this.#options = options;
    const { remoteId, reconnect, clock, random } = options;
    this.#limit = new RateLimit(clock, REMOTE_DIALS_BURST, REMOTE_DIALS_PER_SECOND);
    if (reconnect === false) return;
    this.#reconnect = new Reconnect({
      remoteId,
      policy: reconnect,
      clock,
      random,
      attempt: () => this.#attempt(),
      onTimedOut: (error) => this.#attemptFailed(error),
      onGivenUp: (error) => this.#down(error),
    });
  }

  /** The one in use; before there is one, the first that is being made. */
  get link(): Link | undefined {
    return this.#live ?? this.#next;
  }

  /** The one on which both sides have said hello, unless it is lost. */
  get working(): Link | undefined {
    return this.#isUp && !this.#lost ? this.#live : undefined;
  }

  /** Whether signals are needed although nothing is lost: the other side wants another connection. */
  get isBuilding(): boolean {
    return this.#next !== undefined;
  }

  async start(): Promise<void> {
    try {
      this.#iceServers = await this.#options.iceServers();
    } catch (error) {
      return this.#down(toPeerhoodError(error, "CONNECTION_FAILED", "The ICE servers are unknown; see cause."));
    }
    if (!this.#over) this.#dial(1);
  }

  /** A message of the other side's; one of a later epoch begins that attempt here, too, one of an earlier is dropped. */
  receive(message: NegotiationMessage): void {
    if (this.#over) return;
    if (message.e === this.#live?.epoch) return this.#live.receive(message);
    if (Number.isSafeInteger(message.e) && message.e > this.#epoch) {
      if (!this.#limit.take()) {
        return this.#down(new PeerhoodError("PROTOCOL_ERROR", "The remote asks for one connection after the other."));
      }
      this.#dial(message.e);
    }
    // A fresh attempt offers by itself.
    if (message.e !== this.#next?.epoch || message.t === "negotiate") return;
    this.#reconnect?.answered();
    this.#next.receive(message);
  }

  /** The one in use is of no use: another is built beside it, unless it comes back before. */
  lost(cause: PeerhoodError): void {
    if (!this.#over && this.#isUp && !this.#lost) this.#lose(cause);
  }

  /** The network of this machine has changed. */
  doubt(): void {
    if (this.#lost) return this.#reconnect?.now();
    this.#live?.doubt();
    // What one that is being built has gathered is of the network as it was.
    if (this.#isUp && this.#next !== undefined) this.#beginInDoubt();
  }

  /** The one in use, which was taken for lost, works. */
  recovered(): void {
    if (this.#over || !this.#lost || !this.#isUp || this.#live === undefined) return;
    this.#lost = false;
    this.#drop();
    this.#options.onRecovered(this.#live.connection);
  }

  /** Signals may reach the other side again. */
  signalingOpened(): void {
    if (this.#over) return;
    if (this.#lost) this.#reconnect?.now();
    // Both had fallen silent, the other side and the broker: it was this machine's network, whoever tells of it.
    else if (this.#live?.isUneasy === true) this.#doubtful();
  }

  /** Idempotent; resolves when no native handle of any attempt is left. The reason is the goodbye, if there is one. */
  async close(goodbye?: Goodbye): Promise<void> {
    this.#over = true;
    this.#reconnect?.stop();
    this.#discard(this.#next);
    await Promise.all([this.#live?.close(goodbye), ...this.#closing]);
  }

  #lose(cause: PeerhoodError): void {
    this.#lost = true;
    this.#options.onLost();
    if (this.#over || !this.#lost) return;
    if (this.#next !== undefined) this.#options.onTrying();
    this.#reconnect?.start(cause, this.#next !== undefined);
  }

  #dial(epoch: number): void {
    this.#discard(this.#next);
    this.#next = undefined;
    this.#epoch = epoch;
    const {
      adapter,
      iceTransportPolicy,
      clock,
      logger,
      offering,
      record,
      media,
      push,
      adopt,
      onMessage,
      onError,
      heartbeatTimeoutMs,
      arrived,
    } = this.#options;
    const isLive = (): boolean => link === this.#live;
    const options: LinkOptions = {
      adapter,
      iceServers: this.#iceServers,
      iceTransportPolicy,
      clock,
      logger,
      offering,
      record,
      heartbeatTimeoutMs,
      arrived,
      epoch,
      media: {
        // What is shared has its place on the connection in use.
        describe: () => (isLive() && this.#isUp ? media.describe() : undefined),
        receive: (state) => {
          if (isLive()) media.receive(state);
        },
      },
      send: (message) => {
        if (isLive() && this.working !== undefined) this.#live?.control.send(message);
        else push(message);
      },
      adopt: () => {
        this.#discard(this.#live);
        this.#live = link;
        this.#next = undefined;
        this.#isUp = false;
        return adopt(link.connection);
      },
      onUp: (maxFrameBytes, hello) => this.#up(link, maxFrameBytes, hello),
      onMessage: (message) => {
        if (isLive()) onMessage(message);
      },
      onUneasy: () => {
        if (isLive()) this.#checkSignaling();
      },
      onDoubtful: () => {
        if (isLive()) this.#doubtful();
      },
      onCertain: () => {
        if (isLive() && !this.#lost && this.#next?.epoch === this.#doubtEpoch) this.#drop();
      },
      onInterrupted: () => {
        if (isLive()) this.lost(interrupted());
      },
      onRecovered: () => {
        if (isLive()) this.recovered();
      },
      onDown: (error) => this.#onDown(link, error),
      onError,
    };
    const link: Link = this.#create(options) as Link;
    if (link === undefined) return;
    this.#next = link;
    if (!this.#wasUp) return;
    this.#reconnect?.began();
    this.#options.onBuilding();
  }

  #create(options: LinkOptions): Link | undefined {
    try {
      return new Link(options);
    } catch (error) {
      const failure = toPeerhoodError(error, "CONNECTION_FAILED", "The connection could not be made; see cause.");
      if (this.#wasUp) this.#reconnect?.failed(failure);
      else this.#down(failure);
      return undefined;
    }
  }

  #attempt(): void {
    if (!this.#options.canSignal()) return;
    this.#options.onTrying();
    if (!this.#over) this.#begin();
  }

  /** The next is begun before the one in use is known to be lost, and dropped if that answers: it costs nobody anything. */
  #doubtful(): void {
    if (this.#over || this.#lost || this.#next !== undefined || this.#reconnect === undefined) return;
    if (!this.#options.canSignal()) return;
    this.#checkSignaling();
    this.#beginInDoubt();
  }

  /** What has silenced the one may have silenced the other, and nobody tells that. */
  #checkSignaling(): void {
    if (this.#reconnect !== undefined && this.#options.canSignal()) this.#options.checkSignaling();
  }

  #beginInDoubt(): void {
    this.#doubtEpoch = this.#epoch + 1;
    this.#begin();
  }

  #begin(): void {
    this.#dial(this.#epoch + 1);
    if (!this.#options.offering) this.#options.push({ t: "negotiate", e: this.#epoch });
  }

  #up(link: Link, maxFrameBytes: number, hello: HelloMessage): void {
    if (this.#over || link !== this.#live) return;
    this.#isUp = true;
    this.#wasUp = true;
    this.#lost = false;
    this.#reconnect?.stop();
    // One that the other side has begun since then has its time all the same.
    if (this.#next !== undefined) this.#reconnect?.began();
    this.#options.onUp(link, maxFrameBytes, hello);
  }

  #onDown(link: Link, error: PeerhoodError): void {
    if (this.#over || (link !== this.#live && link !== this.#next)) return;
    if (isFatal(error)) return this.#down(error);
    if (!this.#wasUp) return this.#firstFailed(error);
    if (link === this.#next) return this.#attemptFailed(error);
    if (this.#reconnect === undefined) return this.#down(error);
    const wasUp = this.#isUp;
    this.#isUp = false;
    if (!this.#lost) this.#lose(error);
    // All went over it, and the other side never said hello.
    else if (!wasUp) this.#attemptFailed(error);
  }

  #firstFailed(error: PeerhoodError): void {
    if (!error.retryable || this.#epoch >= MAX_DIALS) return this.#down(error);
    this.#options.logger.debug(`Attempt ${this.#epoch} to connect failed, the next begins: ${error.message}`);
    this.#begin();
  }

  /** The connection that was being built beside the one in use. */
  #attemptFailed(error: PeerhoodError): void {
    this.#options.logger.debug(`Attempt ${this.#epoch} to connect again failed: ${error.message}`);
    if (!this.#lost && this.#isUp) return this.#drop();
    this.#discard(this.#next);
    this.#next = undefined;
    if (this.#lost) this.#reconnect?.failed(error);
    else this.#lose(error);
  }

  /** The one in use is enough. */
  #drop(): void {
    this.#reconnect?.stop();
    this.#discard(this.#next);
    this.#next = undefined;
    this.#options.onBuilding();
  }

  #discard(link: Link | undefined): void {
    if (link === undefined) return;
    const closing = link.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #down(error: PeerhoodError): void {
    if (this.#over) return;
    this.#over = true;
    this.#reconnect?.stop();
    this.#options.onDown(error);
  }
}

function interrupted(): PeerhoodError {
  return new PeerhoodError("CONNECTION_FAILED", "Nothing comes from the remote any more.", { retryable: true });
}
