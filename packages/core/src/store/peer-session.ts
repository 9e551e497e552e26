import type { Driver } from "../driver.js";
import { toPeerhoodError, type PeerhoodError } from "../errors.js";
import type { Peer } from "../peer.js";
import type { JoinOptions, PeerOptions } from "../peer-options.js";
import { Listeners, type Store } from "./store.js";

/** What a session is to be; how it gets there is the session's. */
export interface PeerSessionOptions
  extends Omit<PeerOptions, "adapter" | "driver">, Omit<JoinOptions, "room" | "signal"> {
  /** Without one the session is in no room. */
  readonly room?: string | undefined;
  /**
   * As of `new Peer()`, which stays open; or a function that makes it, called for each stay in a room, whose result is
   * closed after it. @default as of `new Peer()`
   */
  readonly driver?: PeerOptions["driver"] | (() => Driver);
}

export interface PeerSnapshot {
  /** Another one for each stay in a room; `undefined` while nobody holds the session, or it has no room to be in. */
  readonly peer: Peer | undefined;
  readonly status: "idle" | "joining" | "joined" | "failed";
  /** Own id; `""` while not joined. */
  readonly id: string;
  /** Why the room could not be entered, or why this side is no longer in it. */
  readonly error: PeerhoodError | undefined;
}

export const NO_PEER: PeerSnapshot = { peer: undefined, status: "idle", id: "", error: undefined };

/** A peer, from when it is made to when nothing of it is left. */
interface Stay {
  readonly options: PeerSessionOptions;
  peer?: Peer;
  ownDriver?: Driver;
}

/**
 * A peer that is in a room for as long as somebody holds it. What is wanted may change at any time, several times in one
 * turn as well: there is never more than one peer, and each leaves before the next one joins.
 */
export class PeerSession implements Store<PeerSnapshot> {
  readonly #createPeer: (options: Omit<PeerOptions, "adapter">) => Peer;
  readonly #listeners = new Listeners(() => () => {});
  #options: PeerSessionOptions = {};
  #holders = 0;
  #stay: Stay | undefined;
  #retrying = false;
  #working = false;
  #snapshot = NO_PEER;

  constructor(createPeer: (options: Omit<PeerOptions, "adapter">) => Peer) {
    this.#createPeer = createPeer;
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#listeners.subscribe(listener);

  readonly getSnapshot = (): PeerSnapshot => this.#snapshot;

  /**
   * What is wanted from now on. Another `room` or `password` is another stay, another `metadata` is told to the others;
   * all else counts from the next stay on. Without a `room` it is in none.
   */
  set(options: PeerSessionOptions): void {
    this.#options = options;
    this.#reconsider();
  }

  /** Returns a function that lets go; when nobody holds it any more the peer leaves. */
  hold(): () => void {
    this.#holders++;
    this.#reconsider();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders--;
      this.#reconsider();
    };
  }

  /** Joins again after a failure. */
  readonly retry = (): void => {
    this.#retrying = this.#snapshot.status === "failed";
    this.#reconsider();
  };

  get #isWanted(): boolean {
    return this.#holders > 0 && this.#options.room !== undefined;
  }

  get #fits(): boolean {
    const { options } = this.#stay ?? {};
    if (options === undefined) return !this.#isWanted;
    const { room, password } = this.#options;
    return this.#isWanted && !this.#retrying && options.room === room && options.password === password;
  }

  /** In a microtask: React lets go and takes hold again in one turn, under StrictMode. */
  #reconsider(): void {
    queueMicrotask(() => {
      // A join that is no longer wanted is given up at once; `#work` waits for it.
      if (this.#working && this.#stay !== undefined && !this.#fits) void this.#stay.peer?.leave();
      if (!this.#working) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (!this.#fits) {
      const stay = this.#stay;
      if (stay !== undefined) await this.#end(stay);
      else await this.#begin();
    }
    this.#working = false;
    this.#tellMetadata();
  }

  async #begin(): Promise<void> {
    const options = this.#options;
    const stay: Stay = { options };
    // From here on, so that a failure is the end of this stay and not the beginning of the next.
    this.#stay = stay;
    this.#retrying = false;
    try {
      const peer = this.#createPeerOf(stay);
      this.#show({ peer, status: "joining", id: "", error: undefined });
      peer.on("error", ({ error }) => this.#checkStay(peer, error));
      const { room = "", metadata, password, verify, verifyTimeoutMs } = options;
      await peer.join({
        room,
        ...(metadata === undefined ? {} : { metadata }),
        ...(password === undefined ? {} : { password }),
        ...(verify === undefined ? {} : { verify }),
        ...(verifyTimeoutMs === undefined ? {} : { verifyTimeoutMs }),
      });
      if (this.#fits) this.#show({ peer, status: "joined", id: peer.id, error: undefined });
    } catch (cause) {
      const error = toPeerhoodError(cause, "INVALID_ARGUMENT", "The peer could not be made; see cause.");
      if (this.#fits) this.#show({ peer: stay.peer, status: "failed", id: "", error });
    }
  }

  #createPeerOf(stay: Stay): Peer {
    const { driver, ...options } = stay.options;
    if (typeof driver === "function") stay.ownDriver = driver();
    const given = typeof driver === "function" ? stay.ownDriver : driver;
    stay.peer = this.#createPeer(given === undefined ? options : { ...options, driver: given });
    return stay.peer;
  }

  async #end({ peer, ownDriver }: Stay): Promise<void> {
    this.#show(NO_PEER);
    await peer?.leave();
    await ownDriver?.close();
    this.#stay = undefined;
  }

  /** A peer may be out of its room without having been asked to, as when another took its identity. */
  #checkStay(peer: Peer, error: PeerhoodError): void {
    if (error.code !== "IDENTITY_REPLACED" || this.#stay?.peer !== peer) return;
    this.#show({ peer, status: "failed", id: "", error });
  }

  #tellMetadata(): void {
    const { peer, options } = this.#stay ?? {};
    const { metadata } = this.#options;
    if (peer === undefined || !peer.active || metadata === undefined) return;
    if (JSON.stringify(metadata) === JSON.stringify(peer.metadata ?? options?.metadata)) return;
    peer.setMetadata(metadata);
  }

  #show(snapshot: PeerSnapshot): void {
    this.#snapshot = snapshot;
    this.#listeners.tell();
  }
}
