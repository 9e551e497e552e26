import { Replies } from "./common/replies.js";

export interface Offer {
  readonly offer_id: string;
  readonly offer: { readonly type: string; readonly sdp: string };
}

/** An announce (WebTorrent's variant of BEP 3 for WebSockets), but for what is the same in all of a connection. */
export interface Announce {
  readonly info_hash: string;
  readonly event?: "started" | "stopped";
  readonly numwant: number;
  readonly offers?: readonly Offer[];
  readonly uploaded: 0;
  readonly downloaded: 0;
  /** Never 0: to a member that has all, others that have all are not told. */
  readonly left: 1;
}

export interface SwarmsOptions {
  readonly maxOffers: number;
  send(announce: Announce): void;
  /** No reply to an announce. */
  silent(): void;
}

/** Why the connection is in a swarm. */
interface Member {
  joined: boolean;
  /** How many messages are being published. */
  publishing: number;
}

/** Trackers forget who was not heard of for 20 minutes, or less: this is the interval that they ask for over WebSockets. */
const REANNOUNCE_MS = 120_000;
/** Replies take a round trip. */
const REPLY_MS = 10_000;

/** The swarms that one connection to a tracker is in, and how many others are in them. */
export class Swarms {
  readonly #options: SwarmsOptions;
  /** By info hash. */
  readonly #members = new Map<string, Member>();
  readonly #replies = new Replies<number>();
  readonly #timer: ReturnType<typeof setInterval>;
  #waiting = 0;
  #closed: Error | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SwarmsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => {
      for (const hash of this.#members.keys()) this.#announce(hash).catch(() => {});
    }, REANNOUNCE_MS);
  }

  async join(hash: string): Promise<void> {
    this.#member(hash).joined = true;
    try {
      await this.#announce(hash, "started");
    } catch (error) {
      this.#member(hash).joined = false;
      this.#forget(hash);
      throw error;
    }
  }

  async leave(hash: string): Promise<void> {
    this.#member(hash).joined = false;
    if (this.#forget(hash)) await this.#announce(hash, "stopped");
  }

  /** Sends an offer to each other member, as far as `maxOffers` goes; for that it has to be a member, too. */
  async offer(hash: string, offers: (count: number) => readonly Offer[]): Promise<void> {
    const member = this.#member(hash);
    member.publishing++;
    try {
      // Who is in already may have joined long ago: the reply tells how many there are now.
      let others = await this.#announce(hash, member.joined ? undefined : "started");
      for (let sent = 0; others > sent;) {
        sent = Math.min(others, this.#options.maxOffers);
        others = await this.#announce(hash, undefined, offers(sent));
        if (sent === this.#options.maxOffers) break;
      }
    } finally {
      member.publishing--;
      if (this.#forget(hash)) void this.#announce(hash, "stopped").catch(() => {});
    }
  }

  /** A reply to an announce. */
  told(hash: string, { complete, incomplete }: Readonly<Record<string, unknown>>): void {
    const count = Number(complete ?? 0) + Number(incomplete ?? 0);
    if (this.#replies.resolve(hash, Math.max(0, (Number.isFinite(count) ? count : 0) - 1))) this.#heard();
  }

  refused(hash: string, error: Error): void {
    if (this.#replies.reject(hash, error)) this.#heard();
  }

  close(cause: Error): void {
    this.#closed = cause;
    clearInterval(this.#timer);
    clearTimeout(this.#deadline);
    this.#members.clear();
    this.#replies.rejectAll(cause);
  }

  #member(hash: string): Member {
    const member = this.#members.get(hash) ?? { joined: false, publishing: 0 };
    this.#members.set(hash, member);
    return member;
  }

  /** Whether nobody wants to be in any more. */
  #forget(hash: string): boolean {
    const member = this.#members.get(hash);
    if (member === undefined || member.joined || member.publishing > 0) return false;
    return this.#members.delete(hash);
  }

  /** Resolves with the number of others. Replies to one swarm's announces come in order. */
  async #announce(hash: string, event?: "started" | "stopped", offers: readonly Offer[] = []): Promise<number> {
    if (this.#closed) throw this.#closed;
    const reply = this.#replies.wait(hash);
    this.#waiting++;
    this.#deadline ??= setTimeout(() => this.#options.silent(), REPLY_MS);
    this.#options.send({
      info_hash: hash,
      ...(event ? { event } : {}),
      numwant: offers.length,
      ...(offers.length > 0 ? { offers } : {}),
      uploaded: 0,
      downloaded: 0,
      left: 1,
    });
    return reply;
  }

  #heard(): void {
    this.#waiting--;
    clearTimeout(this.#deadline);
    this.#deadline = this.#waiting > 0 ? setTimeout(() => this.#options.silent(), REPLY_MS) : undefined;
  }
}
