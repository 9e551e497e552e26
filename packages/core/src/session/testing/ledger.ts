import type { Peer } from "../../peer.js";
import type { RemotePeer } from "../../remote-peer.js";
import type { Clock } from "../../util/clock.js";

interface Sent {
  readonly to: RemotePeer;
  readonly label: string;
  readonly bytes: number;
  /** Why it failed; `undefined` while it is under way, `true` when it has arrived. */
  outcome: true | string | undefined;
}

/** What is said and asked, by whom, and what becomes of it. Messages of all are numbered together. */
export class Ledger {
  /** What must not be. */
  readonly faults: string[] = [];
  readonly #clock: Clock;
  readonly #sent: Sent[] = [];
  /** By the remote that it came from, as an object, and by label: numbers in the order in which they began. */
  readonly #begun = new Map<RemotePeer, Map<string, number[]>>();
  readonly #whole = new Set<number>();
  readonly #asked = new Set<number>();
  readonly #answers: Promise<unknown>[] = [];
  readonly #dead = new Set<Peer>();
  readonly #fellows = new Map<RemotePeer, Peer>();
  #questions = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes what comes to that peer. */
  watch(peer: Peer): void {
    peer.on("channel:message", ({ data, label, info, remote }) => {
      if (this.#dead.has(peer)) return;
      const number = info as number;
      this.#fellows.set(remote, peer);
      const labels = this.#begun.get(remote) ?? new Map<string, number[]>();
      this.#begun.set(remote, labels);
      labels.set(label, [...(labels.get(label) ?? []), number]);
      void data.then(
        (value) => {
          if (!this.#dead.has(peer)) this.#receive(number, value as ArrayBuffer);
        },
        (error: unknown) => {
          if (!this.#dead.has(peer) && remote.state !== "closed")
            this.faults.push(`${number} broke off: ${String(error)}`);
        },
      );
    });
    peer.respond("add", async ({ data }) => {
      const { n, takesMs } = (await data) as { n: number; takesMs: number };
      if (this.#asked.has(n)) this.faults.push(`question ${n} came twice`);
      this.#asked.add(n);
      await new Promise<void>((resolve) => void this.#clock.setTimeout(resolve, takesMs));
      return n + 1;
    });
  }

  /** It was killed: what it sees from now on is nobody's concern. */
  bury(peer: Peer): void {
    this.#dead.add(peer);
  }

  send(peer: Peer, to: RemotePeer, label: string, bytes: number): void {
    const sent: Sent = { to, label, bytes, outcome: undefined };
    const number = this.#sent.push(sent) - 1;
    this.#fellows.set(to, peer);
    to.send(message(number, bytes), { label, info: number }).then(
      () => (sent.outcome = true),
      (error: { code: string }) => {
        sent.outcome = error.code;
        // Only with its remote.
        if (to.state !== "closed") this.faults.push(`${number} failed: ${error.code}`);
      },
    );
  }

  ask(to: RemotePeer, takesMs: number): void {
    const n = this.#questions++;
    this.#answers.push(
      to.request<number>("add", { n, takesMs }, { timeoutMs: 3_000_000 }).then(
        (value) => {
          if (value !== n + 1) this.faults.push(`question ${n} was answered with ${value}`);
          if (!this.#asked.has(n)) this.faults.push(`question ${n} was answered, and never came`);
        },
        (error: { code: string }) => {
          if (to.state !== "closed") this.faults.push(`question ${n} failed: ${error.code}`);
        },
      ),
    );
  }

  /** Whether something is still under way with a remote that is there. */
  get busy(): boolean {
    return this.#sent.some(({ to, outcome }) => outcome === undefined && !this.#isOver(to));
  }

  /** Resolves when every question has an answer, or failed with its remote. */
  answered(): Promise<unknown> {
    return Promise.all(this.#answers);
  }

  /** All that must hold once nothing is under way any more. */
  check(): string[] {
    const faults = [...this.faults];
    const came = new Map<number, number>();
    for (const [from, labels] of this.#begun) {
      for (const [label, numbers] of labels) {
        for (const number of numbers) came.set(number, (came.get(number) ?? 0) + 1);
        const to = this.#sent[numbers[0] ?? 0]?.to;
        const all = [...this.#sent.keys()].filter((n) => this.#sent[n]?.to === to && this.#sent[n]?.label === label);
        // In order, with no gap: what a remote has got is where what was sent to it began.
        if (numbers.join() !== all.slice(0, numbers.length).join()) {
          faults.push(`on ${label} came ${numbers.join()} of ${all.join()}`);
        }
        if (!this.#isOver(from) && to !== undefined && !this.#isOver(to) && numbers.length < all.length) {
          faults.push(`on ${label} came only ${numbers.length} of ${all.length}`);
        }
      }
    }
    for (const [number, { outcome, to }] of this.#sent.entries()) {
      const times = came.get(number) ?? 0;
      if (times > 1) faults.push(`${number} came ${times} times`);
      if (outcome === true && !this.#whole.has(number)) faults.push(`${number} is said to have arrived, and has not`);
      if (outcome === undefined && !this.#isOver(to)) faults.push(`${number} is still under way`);
    }
    return faults;
  }

  #isOver(remote: RemotePeer): boolean {
    const peer = this.#fellows.get(remote);
    return remote.state === "closed" || (peer !== undefined && this.#dead.has(peer));
  }

  #receive(number: number, value: ArrayBuffer): void {
    const { bytes } = this.#sent[number] ?? {};
    if (this.#whole.has(number)) this.faults.push(`${number} came twice`);
    this.#whole.add(number);
    if (value.byteLength !== Math.max(8, bytes ?? Number.NaN)) this.faults.push(`${number} has another length`);
    if (new DataView(value).getUint32(0) !== number) this.faults.push(`${number} is another message`);
    if (new Uint8Array(value, 4).some((byte) => byte !== number % 251)) this.faults.push(`${number} has other bytes`);
  }
}

/** The message of that number, of at least so many bytes. */
function message(number: number, bytes: number): Uint8Array {
  const data = new Uint8Array(Math.max(8, bytes)).fill(number % 251);
  new DataView(data.buffer).setUint32(0, number);
  return data;
}
