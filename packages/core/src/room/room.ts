import { DEFAULT_LABEL } from "../channel/constants.js";
import { createBroadcast, type Transfer } from "../channel/transfer/index.js";
import type { Driver } from "../driver.js";
import { asOne } from "../drivers/combined-driver.js";
import { PeerhoodError } from "../errors.js";
import type { CloseReason, RemoteState } from "../events.js";
import type { RemotePeer, SendOptions } from "../remote-peer.js";
import type { RequestOptions } from "../request/outgoing-request.js";
import { requestAll, type RequestResult } from "../request/request-all.js";
import type { Responders } from "../request/responders.js";
import { restarted } from "../session/ending.js";
import { Session } from "../session/session.js";
import type { SessionHost, SessionSettings } from "../session/session-host.js";
import { KEY_BYTES } from "../sealing/constants.js";
import type { BeginPasswordRun } from "../sealing/password-run.js";
import { createIdentityKey } from "../sealing/identity-key.js";
import { createLocalKeys } from "../sealing/local-keys.js";
import { INSTANCE_SECRET_BYTES } from "../signaling/constants.js";
import type { ForeignDatagram, RoomDatagram } from "../signaling/datagram.js";
import { Handshakes } from "../signaling/handshakes.js";
import { instanceOf } from "../signaling/instance.js";
import type { SecurePair } from "../signaling/secure-pair.js";
import { MAX_REMOTES } from "../signaling/constants.js";
import { Twin } from "../signaling/twin.js";
import { RoomSignaling } from "../signaling/room-signaling.js";
import { StayRecord } from "../snapshot/stay-record.js";
import type { TimerHandle } from "../util/clock.js";
import { MEET_AGAIN_MAX_MS, MEET_AGAIN_MIN_MS } from "./constants.js";
import { defaultDriver } from "./default-driver.js";
import type { IceServerSource } from "./ice-server-source.js";

export interface RoomOptions extends SessionSettings {
  readonly name: string;
  readonly topic: string;
  /** X25519 key of the peer; `undefined`: a new one for this stay. */
  readonly identitySecret: Uint8Array | undefined;
  /** Shows each member that the password is known; `undefined` for a room without one. */
  readonly beginPasswordRun: BeginPasswordRun | undefined;
  /** Of several, each may be away or fail. Undefined: none was given, and the room takes its own. */
  readonly driver: Driver | readonly Driver[] | undefined;
  readonly iceServers: IceServerSource;
  readonly responders: Responders;
  /** The page is being left. */
  readonly onGoingAway: () => void;
  /** A remote was let in; its channels may be opened. */
  readonly onMet: (remote: RemotePeer) => void;
  /** A newer stay of the same identity takes this one's place, which is to leave. */
  readonly onReplaced: (error: PeerhoodError) => void;
}

/** States of members that a message to all goes to. */
const PRESENT: ReadonlySet<RemoteState> = new Set(["connected", "connecting", "disconnected"]);

/** One stay in a room: who else is there, and a session with each. */
export class Room {
  readonly id: string;
  readonly name: string;
  /** Members that were let in, by id. */
  readonly remotes = new Map<string, RemotePeer>();
  /** What it meets over: what it was given, as long as that was something. */
  readonly driver: Driver | readonly Driver[];
  readonly record: StayRecord;
  readonly #options: RoomOptions;
  readonly #host: SessionHost;
  readonly #signaling: RoomSignaling;
  readonly #releaseDrivers: () => Promise<void> | undefined;
  readonly #handshakes: Handshakes;
  readonly #sessions = new Map<string, Session>();
  /** Ended sessions whose last words may still be on their way. */
  readonly #lingering = new Set<Session>();
  /** Failures in a row per remote, and the timer after which all are looked for again. */
  readonly #failures = new Map<string, number>();
  #meetAgainTimer: TimerHandle | undefined;
  #stopWatching: (() => void) | undefined;
  #nextRequestId = 0;
  /** Another stay in this room with the same identity. */
  #twin: Twin | undefined;
  /** Ids that are not let in any more. */
  readonly #kicked = new Set<string>();
  #closing: Promise<void> | undefined;

  constructor(options: RoomOptions) {
    this.#options = options;
    const random = options.adapter.randomBytes ?? ((length) => crypto.getRandomValues(new Uint8Array(length)));
    const identity = createIdentityKey(options.identitySecret ?? random(KEY_BYTES));
    const { id } = identity;
    this.id = id;
    this.name = options.name;
    this.driver = options.driver ?? defaultDriver(options.adapter, options.logger);
    this.record = new StayRecord(options.clock);
    const instanceSecret = random(INSTANCE_SECRET_BYTES);
    const instance = instanceOf(instanceSecret);
    const { topic, clock, beginPasswordRun } = options;
    const { driver, release } = asOne(this.driver, clock);
    this.#releaseDrivers = release;
    const enteredAtMs = clock.now();
    this.#handshakes = new Handshakes({
      place: { topic, id, instance },
      clock,
      timeoutMs: options.connectionTimeoutMs,
      createKeys: (stay) => {
        const run = beginPasswordRun?.(topic, { id, instance }, stay, random(KEY_BYTES));
        return createLocalKeys(identity, random, run);
      },
      transmit: (data, to) => this.#signaling.send(data, to),
      onMet: (pair) => {
        if (pair.address.id === id) this.#meetTwin(pair, instance, enteredAtMs);
        else this.#onMet(pair);
      },
      onMayAsk: () => this.#signaling.announce(),
      onGuessesLimit: (pauseMs) => options.report(tooManyGuesses(pauseMs)),
      onMismatch: (from) => options.report(passwordMismatch(from)),
      onChanged: () => this.#attend(),
      onSegment: (pair, segment) => {
        if (pair.address.id === id) this.#twin?.receive(segment);
        else this.#sessions.get(pair.address.id)?.receiveSegment(segment);
      },
    });
    this.#signaling = new RoomSignaling({
      driver,
      clock,
      topic,
      id,
      instance,
      instanceSecret,
      onState: (state) => this.record.driver(state),
      onOpen: () => {
        for (const session of [...this.#sessions.values(), ...this.#lingering]) session.signalingOpened();
      },
      onRoom: (datagram) => this.#onRoom(datagram),
      onPair: (datagram) => this.#handshakes.receive(datagram),
      onForeign: (datagram) => this.#onForeign(datagram),
      onError: (error) => options.report(error),
    });
    this.#host = {
      ...options,
      verify: (request) => (this.#kicked.has(request.id) ? false : options.verify?.(request)),
      id,
      room: this.name,
      record: this.record,
      iceServers: () => options.iceServers.get(),
      random: () => (random(1)[0] ?? 0) / 256,
      canSignal: () => this.#signaling.isOpen,
      checkSignaling: () => this.#signaling.suspect(),
      nextRequestId: () => this.#nextRequestId++,
      transmit: (pair, segment) => this.#signaling.send(pair.seal(segment), pair.address.id),
      met: (remote) => {
        this.remotes.set(remote.id, remote);
        options.onMet(remote);
      },
      attentionChanged: () => this.#attend(),
      silent: (session) => this.#lingering.delete(session),
      ended: (session, how) => this.#onEnded(session, how),
    };
  }

  /** With everybody who is here or about to be let in. */
  get sessions(): Iterable<Session> {
    return this.#sessions.values();
  }

  /** Messages to the broker and from it. */
  get signals(): { readonly sent: number; readonly received: number } {
    return this.#signaling.traffic;
  }

  /** @throws PeerhoodError as {@link RoomSignaling.start}; nothing is left running then */
  enter(): Promise<void> {
    this.#stopWatching = this.#options.adapter.watchHost?.({
      networkChanged: () => {
        this.#signaling.check();
        for (const session of this.#sessions.values()) session.doubt();
      },
      goingAway: () => this.#options.onGoingAway(),
    });
    return this.#signaling.start(this.#options.connectionTimeoutMs);
  }

  /** One message to those named, or to all that are connected, connecting or resuming. */
  send(message: unknown, options: SendOptions, named?: readonly string[]): Transfer {
    const { label = DEFAULT_LABEL, info, signal } = options;
    const ids = named ?? this.#present();
    return createBroadcast(message, {
      label,
      info,
      signal,
      targets: ids.map((id) => {
        const registry = this.#sessions.get(id)?.registry;
        return {
          id,
          dispatch: registry === undefined ? undefined : (name, outgoing) => registry.dispatch(name, outgoing),
        };
      }),
      onUnhandled: (error, id) => {
        const registry = this.#sessions.get(id)?.registry;
        if (registry === undefined) this.#options.report(error);
        else registry.transferFailed(label, error);
      },
    });
  }

  /** One request to those named, or to all that a message goes to. */
  requestAll<T>(
    method: string,
    payload: unknown,
    options: RequestOptions,
    named?: readonly string[],
  ): Promise<Map<string, RequestResult<T>>> {
    const targets = (named ?? this.#present()).map((id) => ({ id, requests: this.#sessions.get(id)?.requests }));
    return requestAll<T>(this.#nextRequestId++, method, payload, options, targets);
  }

  announceMetadata(metadata: unknown): void {
    for (const session of this.#sessions.values()) session.announceMetadata(metadata);
  }

  /** Says goodbye to all. Resolves when nothing of this stay is left running. Idempotent. */
  leave(reason: CloseReason = "left"): Promise<void> {
    this.#closing ??= (async () => {
      if (this.#meetAgainTimer !== undefined) this.#options.clock.clearTimeout(this.#meetAgainTimer);
      this.#stopWatching?.();
      this.#handshakes.close();
      this.#twin?.close();
      const ending = [...this.#sessions.values()].map((session) => session.end(reason, { tell: true }));
      // What says why goes first: the broker's goodbye to all knows no reason.
      if (reason === "replaced") await Promise.all(ending);
      await Promise.all([this.#signaling.stop(), ...ending]);
      await this.#releaseDrivers();
      for (const session of this.#lingering) session.abandon();
      this.#lingering.clear();
    })();
    return this.#closing;
  }

  /** Closes the connection to that member, if it is here, and lets it in no more. */
  async kick(id: string, detail: string | undefined): Promise<void> {
    this.#kicked.add(id);
    await this.#sessions.get(id)?.end("kicked", { tell: true, detail });
  }

  #present(): string[] {
    return [...this.remotes.values()].filter(({ state }) => PRESENT.has(state)).map(({ id }) => id);
  }

  #onRoom({ kind, from, instance }: RoomDatagram): void {
    if (kind === "hello") return this.#handshakes.receiveHello(from, instance);
    const session = this.#sessions.get(from);
    if (session?.address.instance === instance) void session.end("left", { tell: false });
    this.#handshakes.forget(from, instance);
  }

  #onMet(pair: SecurePair): void {
    if (this.#closing !== undefined) return;
    const { id } = pair.address;
    const earlier = this.#sessions.get(id);
    const isNewStay = earlier !== undefined && earlier.address.instance !== pair.address.instance;
    void earlier?.end("replaced", { tell: false, ...(isNewStay ? { error: restarted(id) } : {}) });
    this.#sessions.set(id, new Session(this.#host, pair));
    this.#attend();
  }

  #meetTwin(pair: SecurePair, instance: string, enteredAtMs: number): void {
    if (this.#closing !== undefined) return;
    const { clock, onReplaced } = this.#options;
    this.#twin?.close();
    this.#twin = new Twin({
      clock,
      decides: instance < pair.address.instance,
      ageMs: () => clock.now() - enteredAtMs,
      transmit: (segment) => this.#signaling.send(pair.seal(segment), this.id),
      onReplaced: () => onReplaced(identityReplaced()),
    });
  }

  #onForeign({ from, version }: ForeignDatagram): void {
    this.#options.report(
      new PeerhoodError(
        "VERSION_MISMATCH",
        `Peer ${from} is in the room and speaks version ${version} of the signaling protocol, which this one does ` +
          "not. Use the same version of peerhood on both sides.",
        { remoteId: from },
      ),
    );
  }

  #onEnded(session: Session, how: { readonly forever: boolean; readonly failed: boolean }): void {
    const { id } = session;
    this.#handshakes.end(session.address, how.forever);
    const { metadata, record } = session;
    this.record.ended({ id, metadata, admitted: session.remote !== undefined, record });
    if (this.#sessions.get(id) === session) this.#sessions.delete(id);
    if (this.remotes.get(id) === session.remote) this.remotes.delete(id);
    if (this.#closing !== undefined) {
      session.abandon();
      return;
    }
    this.#lingering.add(session);
    if (how.failed && session.remote !== undefined) this.#meetAgain(id);
    else this.#failures.delete(id);
    this.#attend();
  }

  /** Both sides lost each other; they find each other again by announcing themselves, ever more rarely. */
  #meetAgain(id: string): void {
    const failures = this.#failures.get(id) ?? 0;
    if (this.#failures.size > MAX_REMOTES) this.#failures.clear();
    this.#failures.set(id, failures + 1);
    const delayMs = Math.min(MEET_AGAIN_MIN_MS * 2 ** failures, MEET_AGAIN_MAX_MS);
    if (this.#meetAgainTimer !== undefined) this.#options.clock.clearTimeout(this.#meetAgainTimer);
    this.#meetAgainTimer = this.#options.clock.setTimeout(() => this.#signaling.announce(), delayMs);
  }

  #attend(): void {
    if (this.#closing !== undefined) return;
    let needed = this.#handshakes.isBusy;
    for (const session of this.#sessions.values()) {
      if (session.needsSignaling) needed = true;
      else this.#failures.delete(session.id);
    }
    this.#signaling.attend(needed);
  }
}

function passwordMismatch(remoteId: string): PeerhoodError {
  return new PeerhoodError(
    "PASSWORD_MISMATCH",
    `Member ${remoteId} has another password for this room, or none: the two do not meet. Join again with the right one.`,
    { remoteId },
  );
}

function tooManyGuesses(pauseMs: number): PeerhoodError {
  return new PeerhoodError(
    "PASSWORD_GUESSES_LIMIT",
    `Too many guesses at the password of this room were wrong; for ${Math.ceil(pauseMs / 1_000)} s nobody new is let in, ` +
      "then all are looked for again. Somebody guesses, or the broker changes what it carries.",
    { retryable: true },
  );
}

function identityReplaced(): PeerhoodError {
  return new PeerhoodError(
    "IDENTITY_REPLACED",
    "A newer session with the same identity is in the room, so this one left. Join again to take its place, or use " +
      "one identity for each.",
  );
}
