import { assertNothingLeft } from "@peerhood/testing";
import fc from "fast-check";
import { expect } from "vitest";
import { createPair, leave, type PairMember } from "./pair-of-peers.js";

/** What happens to the line, or on it, at some moment. */
type Step = { readonly atMs: number } & (
  | { readonly t: "cut" | "heal" | "heal signaling" }
  | { readonly t: "cut signaling" | "offline" | "online"; readonly side: number }
  | { readonly t: "lost" | "kill"; readonly side: number }
  | { readonly t: "jump"; readonly ms: number }
  | { readonly t: "send"; readonly side: number; readonly label: string; readonly bytes: number }
  | { readonly t: "request"; readonly side: number; readonly takesMs: number }
  | { readonly t: "open" | "close"; readonly side: number }
);

const LABELS = ["x", "y"];
const RUN_MS = 30_000;

const side = fc.nat(1);
const at = fc.nat(RUN_MS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ atMs: at, t: fc.constantFrom("cut", "heal", "heal signaling") }) },
  { weight: 1, arbitrary: fc.record({ atMs: at, t: fc.constantFrom("cut signaling", "offline", "online"), side }) },
  { weight: 2, arbitrary: fc.record({ atMs: at, t: fc.constantFrom("lost", "kill"), side }) },
  { weight: 1, arbitrary: fc.record({ atMs: at, t: fc.constant("jump"), ms: fc.nat(8_000) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      atMs: at,
      t: fc.constant("send"),
      side,
      label: fc.constantFrom(...LABELS),
      bytes: fc.oneof({ weight: 5, arbitrary: fc.nat(2_000) }, { weight: 1, arbitrary: fc.nat(600_000) }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ atMs: at, t: fc.constant("request"), side, takesMs: fc.nat(5_000) }) },
  { weight: 1, arbitrary: fc.record({ atMs: at, t: fc.constantFrom("open", "close"), side }) },
) as fc.Arbitrary<Step>;

const conditions = fc.record({
  latencyMs: fc.nat(80),
  jitterMs: fc.nat(60),
  loss: fc.double({ min: 0, max: 0.1, noNaN: true }),
  signaling: fc.record({
    latencyMs: fc.nat(80),
    loss: fc.double({ min: 0, max: 0.3, noNaN: true }),
    duplicate: fc.double({ min: 0, max: 0.5, noNaN: true }),
    reorder: fc.double({ min: 0, max: 0.5, noNaN: true }),
  }),
});

/** The message of that number, of at least so many bytes. */
function message(number: number, bytes: number): Uint8Array {
  const data = new Uint8Array(Math.max(8, bytes)).fill(number % 251);
  new DataView(data.buffer).setUint32(0, number);
  return data;
}

/** Number of a message that is whole; throws for one that is not as it was sent. */
function numberOf(data: ArrayBuffer, sizes: readonly number[]): number {
  const number = new DataView(data).getUint32(0);
  const rest = new Uint8Array(data, 4);
  if (data.byteLength !== Math.max(8, sizes[number] ?? Number.NaN)) throw new Error(`${number} has another length`);
  for (const byte of rest) if (byte !== number % 251) throw new Error(`${number} has other bytes`);
  return number;
}

/**
 * Whatever happens to the line, and whenever: what is sent on a reliable channel arrives once, and begins in order; a
 * request is answered once; both sides end up connected, as the same remotes; nothing is left.
 */
export const whateverHappens = fc.asyncProperty(
  fc.array(step, { minLength: 3, maxLength: 40 }),
  conditions,
  fc.nat(),
  async (steps, line, seed) => {
    const pair = await createPair({
      seed,
      conditions: line,
      peer: { connectionTimeoutMs: 3_000_000, reconnect: { timeoutMs: 3_000_000 } },
    });
    const { clock, network, members } = pair;
    const remotes = members.map(({ remote }) => remote());
    const begun = members.map(() => new Map(LABELS.map((label) => [label, [] as number[]])));
    const whole = members.map(() => new Set<number>());
    const sent = members.map(() => new Map(LABELS.map((label) => [label, [] as number[]])));
    const sizes: number[][] = [[], []];
    const outcomes: Promise<unknown>[] = [];
    const faults: string[] = [];
    let asked = 0;
    let expectedAsked = 0;
    members.forEach(({ peer }, index) => {
      const other = 1 - index;
      peer.on("channel:message", ({ data, label, info }) => {
        begun[index]?.get(label)?.push(info as number);
        void data.then(
          (value) => {
            try {
              const number = numberOf(value as ArrayBuffer, sizes[other] ?? []);
              if (whole[index]?.has(number) === true) faults.push(`${number} came twice`);
              whole[index]?.add(number);
            } catch (error) {
              faults.push(String(error));
            }
          },
          (error: unknown) => void faults.push(String(error)),
        );
      });
      peer.respond("add", async ({ data }) => {
        asked++;
        const { n, takesMs } = (await data) as { n: number; takesMs: number };
        await new Promise<void>((resolve) => void clock.setTimeout(resolve, takesMs));
        return n + 1;
      });
    });
    await clock.runUntil(Promise.all(LABELS.flatMap((label) => members.map(({ remote }) => remote().open(label)))));

    const act = (each: Step): void => {
      const member = "side" in each ? (members[each.side] as PairMember) : members[0];
      switch (each.t) {
        case "cut":
          return network.partition(["a"]);
        case "heal":
          return network.heal();
        case "cut signaling":
          return network.signaling.partition([member.host]);
        case "heal signaling":
          return network.signaling.heal();
        case "offline":
          return member.driver.goOffline();
        case "online":
          return member.driver.goOnline();
        case "kill":
          return void (member.remote().connection as { close?: () => void } | undefined)?.close?.();
        case "lost":
          // As when the address changes: one side's packets go nowhere until the next connection.
          network.partition(["a"]);
          return void clock.setTimeout(() => network.heal(), 5_500);
        case "send": {
          const list = sizes[each.side] as number[];
          const number = list.push(each.bytes) - 1;
          sent[each.side]?.get(each.label)?.push(number);
          const { label } = each;
          outcomes.push(member.remote().send(message(number, each.bytes), { label, info: number }).then());
          return;
        }
        case "request": {
          expectedAsked++;
          const n = expectedAsked;
          const { takesMs } = each;
          const reply = member.remote().request<number>("add", { n, takesMs }, { timeoutMs: 3_000_000 });
          outcomes.push(
            reply.then((value) => {
              if (value !== n + 1) faults.push(`${n} was answered with ${value}`);
            }),
          );
          return;
        }
        case "open":
          return void outcomes.push(
            member
              .remote()
              .open("z")
              .catch(() => {}),
          );
        case "close":
          return void outcomes.push(member.remote().close("z"));
        case "jump":
          return;
      }
    };
    for (const each of [...steps].sort((one, other) => one.atMs - other.atMs)) {
      await clock.advance(Math.max(0, each.atMs - clock.now()) + (each.t === "jump" ? each.ms : 0));
      act(each);
    }
    network.heal();
    network.signaling.heal();
    for (const { driver } of members) if (driver.state !== "open") driver.goOnline();
    await clock.runUntil(Promise.all(outcomes), { limitMs: 600_000 });
    await clock.advance(60_000);

    expect(faults).toEqual([]);
    expect(asked).toBe(expectedAsked);
    for (const [index, { remote, errors, events }] of members.entries()) {
      // That the broker was away is told.
      expect(errors.filter((each) => !each.startsWith("SIGNALING_UNREACHABLE"))).toEqual([]);
      expect(remote()).toBe(remotes[index]);
      expect(remote().state).toBe("connected");
      expect(events).not.toContain("failed");
      for (const label of LABELS) {
        expect(begun[index]?.get(label)).toEqual(sent[1 - index]?.get(label));
        expect(events.filter((event) => event === `open ${label}`)).toHaveLength(1);
        expect(remote().channels.get(label)?.readyState).toBe("open");
      }
      expect([...(whole[index] ?? [])].sort((one, other) => one - other)).toEqual([...(sizes[1 - index] ?? []).keys()]);
    }
    expect(members[0].remote().channels.has("z")).toBe(members[1].remote().channels.has("z"));
    expect(network.live.connections).toBe(2);
    await leave(pair);
    await assertNothingLeft(network);
  },
);
