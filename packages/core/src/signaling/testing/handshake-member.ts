import { SeededRandom, VirtualClock } from "@peerhood/testing";
import { createIdentityKey } from "../../sealing/identity-key.js";
import { createLocalKeys, type LocalKeys } from "../../sealing/local-keys.js";
import { createPasswordRuns } from "../../sealing/password.js";
import { encodeBase32 } from "../../util/base32.js";
import { decodeDatagram } from "../datagram.js";
import { Handshakes } from "../handshakes.js";
import type { SecurePair } from "../secure-pair.js";

/** One member; `deliver` gives it what somebody published to it. */
export class HandshakeMember {
  readonly id: string;
  readonly instance: string;
  readonly met: SecurePair[] = [];
  readonly mismatches: string[] = [];
  readonly keys: LocalKeys[] = [];
  readonly heard: unknown[] = [];
  readonly sent: Uint8Array[] = [];
  readonly handshakes: Handshakes;
  keysMade = 0;
  onSent: (data: Uint8Array) => void = () => {};

  constructor(
    clock: VirtualClock,
    random: SeededRandom,
    password?: string,
    identity = createIdentityKey(random.bytes(32)),
  ) {
    const begin = password === undefined ? undefined : createPasswordRuns(password);
    this.id = identity.id;
    this.instance = encodeBase32(random.bytes(10));
    this.handshakes = new Handshakes({
      place: { topic: "topic", id: this.id, instance: this.instance },
      clock,
      timeoutMs: 15_000,
      createKeys: (stay) => {
        this.keysMade++;
        const keys = createLocalKeys(
          identity,
          (length) => random.bytes(length),
          begin?.("topic", this, stay, random.bytes(32)),
        );
        this.keys.push(keys);
        return keys;
      },
      transmit: (data) => this.say(data),
      onChanged: () => {},
      onMet: (pair) => void this.met.push(pair),
      onMismatch: (id) => void this.mismatches.push(id),
      onMayAsk: () => {},
      onGuessesLimit: () => {},
      onSegment: (_pair, { messages }) => void this.heard.push(...messages),
    });
  }

  say(data: Uint8Array): void {
    this.sent.push(data);
    this.onSent(data);
  }

  deliver(data: Uint8Array): void {
    const datagram = decodeDatagram(data);
    if (datagram?.kind === "pair") this.handshakes.receive(datagram);
  }

  get live(): SecurePair | undefined {
    return this.met.at(-1);
  }

  tell(message: string): void {
    if (this.live !== undefined) this.say(this.live.seal({ ack: 0, first: 0, messages: [message] }));
  }
}

export function createPair(
  seed: number | string,
  ...passwords: readonly string[]
): { clock: VirtualClock; random: SeededRandom; a: HandshakeMember; b: HandshakeMember } {
  const clock = new VirtualClock();
  const random = new SeededRandom(seed);
  const [a, b] = [new HandshakeMember(clock, random, passwords[0]), new HandshakeMember(clock, random, passwords[1])];
  a.onSent = (data) => b.deliver(data);
  b.onSent = (data) => a.deliver(data);
  return { clock, random, a, b };
}
