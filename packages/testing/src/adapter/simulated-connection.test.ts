import type { ChannelInit, ConnectionState } from "@peerhood/core";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../clock/virtual-clock.js";
import {
  connect,
  connectPair,
  CONTROL,
  createBoth,
  type ConnectedPair,
} from "../conformance/adapter/connected-pair.js";
import { Inbox } from "../conformance/adapter/inbox.js";
import { Side } from "../conformance/adapter/side.js";
import { assertNothingLeft } from "../leaks/assert-nothing-left.js";
import type { LinkConditions } from "../network/conditions.js";
import { SimulatedNetwork } from "../network/simulated-network.js";
import { createSimulatedAdapter, type SimulatedAdapterOptions } from "./simulated-adapter.js";

type Options = Partial<LinkConditions> & { seed?: number; adapter?: Partial<SimulatedAdapterOptions> };

/** Hosts `a` and `b` on a network of their own. */
function createHosts({ adapter, ...options }: Options = {}) {
  const clock = new VirtualClock();
  const network = new SimulatedNetwork({ clock, ...options });
  const context = {
    adapter: createSimulatedAdapter(network, { ...adapter, host: "a" }),
    remoteAdapter: createSimulatedAdapter(network, { ...adapter, host: "b" }),
    clock,
    timeoutMs: 60_000,
  };
  return { clock, network, context, pair: (): Promise<ConnectedPair> => clock.runUntil(connectPair(context)) };
}

const told = ({ states }: Side): ConnectionState[] => [...states];

describe("connecting", () => {
  test("takes the round trips that ICE, DTLS and SCTP need", async () => {
    const { clock, pair } = createHosts({ latencyMs: 100 });
    await pair();
    // One for ICE, two for DTLS and two for SCTP; the side that answered begins first.
    expect(clock.now()).toBeGreaterThan(1_000);
    expect(clock.now()).toBeLessThan(1_300);
  });

  test("fails after 30 s if no candidate answers", async () => {
    const { clock, network, context } = createHosts();
    network.partition(["a"]);
    const a = new Side(context.adapter);
    const b = new Side(context.remoteAdapter);
    const connecting = connect(context, a, b);
    await expect(clock.runUntil(connecting)).rejects.toThrow("the first channel to open");
    expect(told(a)).toEqual(["connecting", "failed"]);
    expect(told(b)).toEqual(["connecting", "failed"]);
  });

  test("needs a TURN server if only relays are allowed", async () => {
    const { clock, context } = createHosts();
    const iceServers = [{ urls: "turn:relay.example.org:3478?transport=udp", username: "user", credential: "secret" }];
    const a = new Side(context.adapter, { iceTransportPolicy: "relay", iceServers });
    const b = new Side(context.remoteAdapter);
    await clock.runUntil(connect(context, a, b));
    expect((await a.connection.stats()).selectedCandidatePair?.local.type).toBe("relay");
    const lonely = new Side(context.adapter, { iceTransportPolicy: "relay" });
    const c = new Side(context.remoteAdapter);
    await expect(clock.runUntil(connect(context, lonely, c))).rejects.toThrow("the first channel to open");
    expect(lonely.candidates).toEqual([null]);
  });

  test("fails if the certificate is not the one that was signaled", async () => {
    const { clock, context } = createHosts();
    const a = new Side(context.adapter);
    const b = new Side(context.remoteAdapter);
    createBoth(a, b, CONTROL);
    a.trickleTo(b);
    b.trickleTo(a);
    const offer = await a.connection.createOffer();
    const forged = offer.sdp.replace(/^a=fingerprint:.*$/m, `a=fingerprint:sha-256 ${"AA:".repeat(31)}AA`);
    await a.connection.acceptAnswer(await b.connection.acceptOffer({ type: "offer", sdp: forged }));
    await clock.advance(1_000);
    expect(b.states.at(-1)).toBe("failed");
    expect(a.states).not.toContain("connected");
  });

  test("is refused beyond maxConnections, and works again after a close", async () => {
    const { context } = createHosts({ adapter: { maxConnections: 1 } });
    const first = new Side(context.adapter);
    expect(() => new Side(context.adapter)).toThrow(
      expect.objectContaining({ code: "TOO_MANY_CONNECTIONS", retryable: true }),
    );
    await first.connection.close();
    await new Side(context.adapter).connection.close();
  });
});

describe("a partition", () => {
  test("makes both sides disconnected after 5 s and failed after 30 s; the channels stay as they are", async () => {
    const { clock, network, pair } = createHosts();
    const { a, b, control } = await pair();
    network.partition(["a"]);
    await clock.advance(4_000);
    expect(told(a)).toEqual(["connecting", "connected"]);
    await clock.advance(2_000);
    expect([a, b].map(told)).toEqual([
      ["connecting", "connected", "disconnected"],
      ["connecting", "connected", "disconnected"],
    ]);
    await clock.advance(25_000);
    expect([a, b].map(({ states }) => states.at(-1))).toEqual(["failed", "failed"]);
    expect(control.a.channel.readyState).toBe("open");
    network.heal();
    await clock.advance(60_000);
    expect(a.connection.state).toBe("failed");
  });

  test("that heals in time leaves the connection whole, and what was sent meanwhile arrives in order", async () => {
    const { clock, network, pair } = createHosts();
    const { a, control } = await pair();
    network.partition(["b"]);
    const numbers = Array.from({ length: 100 }, (_, index) => `${index}`);
    for (const number of numbers) control.a.channel.send(number);
    await clock.advance(10_000);
    expect(a.connection.state).toBe("disconnected");
    expect(control.b.messages).toEqual([]);
    network.heal();
    await clock.advance(5_000);
    expect(a.connection.state).toBe("connected");
    expect(control.b.messages).toEqual(numbers);
  });

  test("hides that the other side has closed", async () => {
    const { clock, network, pair } = createHosts();
    const { a, b, control } = await pair();
    network.partition(["a"]);
    await a.connection.close();
    await clock.advance(100);
    network.heal();
    await clock.advance(4_000);
    expect(control.b.channel.readyState).toBe("open");
    await clock.advance(30_000);
    expect(told(b)).toEqual(["connecting", "connected", "disconnected", "failed"]);
  });
});

describe("a lossy network", () => {
  const LOSSY = { latencyMs: 20, loss: 0.3, reorder: 0.1, seed: 5 };
  const numbers = Array.from({ length: 300 }, (_, index) => `${index}`);

  async function heard(init: Omit<ChannelInit, "label" | "id">, conditions = LOSSY): Promise<unknown[]> {
    const { clock, pair } = createHosts(conditions);
    const { open } = await pair();
    const { a, b } = await clock.runUntil(open({ label: "numbers", id: 1, ...init }));
    for (const number of numbers) {
      a.channel.send(number);
      await clock.advance(1);
    }
    await clock.advance(120_000);
    return b.messages;
  }

  const isSorted = (list: readonly unknown[]): boolean =>
    list.every((value, index) => index === 0 || Number(value) > Number(list[index - 1]));

  test("ordered and reliable: all, in order", async () => {
    expect(await heard({})).toEqual(numbers);
  });

  test("unordered: all, out of order", async () => {
    const messages = await heard({ ordered: false });
    expect(isSorted(messages)).toBe(false);
    expect(messages.map(Number).sort((a, b) => a - b)).toEqual(numbers.map(Number));
  });

  test("unordered without retransmissions: as many as the network lets through, out of order", async () => {
    const messages = await heard({ ordered: false, maxRetransmits: 0 });
    expect(messages.length).toBeGreaterThan(180);
    expect(messages.length).toBeLessThan(240);
    expect(isSorted(messages)).toBe(false);
  });

  test("ordered without retransmissions: some are lost, the others are in order", async () => {
    const messages = await heard({ maxRetransmits: 0 });
    expect(messages.length).toBeGreaterThan(180);
    expect(messages.length).toBeLessThan(240);
    expect(isSorted(messages)).toBe(true);
  });

  test("one retransmission: 91 % arrive; a lifetime of three round trips: most do", async () => {
    const once = await heard({ maxRetransmits: 1 });
    expect(once.length).toBeGreaterThan(255);
    expect(once.length).toBeLessThan(290);
    const lifetime = await heard({ ordered: false, maxPacketLifeTime: 120 });
    expect(lifetime.length).toBeGreaterThan(255);
    expect(lifetime.length).toBeLessThan(300);
  });

  test("a large message needs every one of its packets", async () => {
    const { clock, pair } = createHosts({ latencyMs: 5, loss: 0.05, seed: 3 });
    const { open } = await pair();
    const lossy = await clock.runUntil(open({ label: "lossy", id: 1, maxRetransmits: 0 }));
    const whole = await clock.runUntil(open({ label: "whole", id: 2 }));
    for (let index = 0; index < 20; index++) {
      lossy.a.channel.send(new Uint8Array(262_144));
      whole.a.channel.send(new Uint8Array(262_144));
    }
    await clock.advance(60_000);
    // 0.95 to the power of 219 packets.
    expect(lossy.b.messages).toEqual([]);
    expect(whole.b.messages).toHaveLength(20);
  });
});

describe("bandwidth", () => {
  test("is met within 10 %, headers included, in each direction by itself", async () => {
    const { clock, pair } = createHosts({ latencyMs: 10, bandwidthBytesPerSecond: 250_000 });
    const { control } = await pair();
    const startMs = clock.now();
    for (let index = 0; index < 100; index++) {
      control.a.channel.send(new Uint8Array(16_384));
      control.b.channel.send(new Uint8Array(16_384));
    }
    await clock.runUntil(Promise.all([control.a.take(100), control.b.take(100)]));
    const seconds = (clock.now() - startMs) / 1_000;
    const bytesPerSecond = 1_638_400 / seconds;
    expect(bytesPerSecond).toBeLessThan(250_000);
    expect(bytesPerSecond).toBeGreaterThan(225_000);
  });

  test("shapes bufferedAmount: it falls as fast as the link takes bytes", async () => {
    const { clock, pair } = createHosts({ latencyMs: 10, bandwidthBytesPerSecond: 1_000_000 });
    const { control } = await pair();
    const { channel } = control.a;
    let lowAtMs = Number.NaN;
    channel.bufferedAmountLowThreshold = 1_048_576;
    channel.addEventListener("bufferedamountlow", () => (lowAtMs = clock.now()));
    const startMs = clock.now();
    for (let index = 0; index < 64; index++) channel.send(new Uint8Array(65_536));
    expect(channel.bufferedAmount).toBe(4_194_304);
    await clock.advance(1_000);
    const afterOneSecond = channel.bufferedAmount;
    await clock.advance(1_000);
    const perSecond = afterOneSecond - channel.bufferedAmount;
    expect(perSecond).toBeGreaterThan(800_000);
    expect(perSecond).toBeLessThan(1_050_000);
    await clock.advance(10_000);
    // 4 MiB less the threshold and the window of 512 KiB, at 1 MB/s with 8 % of headers.
    expect(lowAtMs - startMs).toBeGreaterThan(2_600);
    expect(lowAtMs - startMs).toBeLessThan(3_100);
    expect(channel.bufferedAmount).toBe(0);
  });

  test("a window per round trip is the limit of a long path", async () => {
    const { clock, pair } = createHosts({ latencyMs: 20 });
    const { control } = await pair();
    const startMs = clock.now();
    for (let index = 0; index < 128; index++) control.a.channel.send(new Uint8Array(65_536));
    await clock.runUntil(control.b.take(128));
    const megabitsPerSecond = (8_388_608 * 8) / (clock.now() - startMs) / 1_000;
    expect(megabitsPerSecond).toBeGreaterThan(90);
    expect(megabitsPerSecond).toBeLessThan(120);
  });
});

describe("as bad as the worse runtime", () => {
  test("a message to an id that the other side lacks is lost, and the sender's channel with it", async () => {
    const { clock, pair } = createHosts();
    const { a, b } = await pair();
    const alone = new Inbox(a.connection.createChannel({ label: "alone", id: 5 }));
    await clock.advance(10);
    alone.channel.send("lost");
    await clock.advance(100);
    expect(alone.channel.readyState).toBe("closed");
    const late = new Inbox(b.connection.createChannel({ label: "alone", id: 5 }));
    await clock.advance(100);
    expect(late.messages).toEqual([]);
  });

  test("more than 16 MiB in the queue throws, and the channel stays open", async () => {
    const { clock, pair } = createHosts({ bandwidthBytesPerSecond: 1_000 });
    const { control } = await pair();
    for (let index = 0; index < 64; index++) control.a.channel.send(new Uint8Array(262_144));
    expect(() => control.a.channel.send("x")).toThrow();
    expect(control.a.channel.readyState).toBe("open");
    await clock.advance(10);
  });

  test("close() of a connection drops what is queued", async () => {
    const { clock, pair } = createHosts({ latencyMs: 50 });
    const { a, control } = await pair();
    for (let index = 0; index < 64; index++) control.a.channel.send(new Uint8Array(65_536));
    await clock.advance(10);
    await a.connection.close();
    await clock.advance(10_000);
    expect(control.b.messages.length).toBeLessThan(10);
    expect(control.b.closeEvents).toBe(1);
  });
});

test("ICE restarts where the adapter can, and goes on over the same channels", async () => {
  const { clock, pair } = createHosts({ adapter: { iceRestart: true }, latencyMs: 10 });
  const { a, b, control } = await pair();
  const offer = await a.connection.createOffer({ iceRestart: true });
  await a.connection.acceptAnswer(await b.connection.acceptOffer(offer));
  await clock.advance(5_000);
  control.a.channel.send("after");
  await clock.advance(100);
  expect(control.b.messages).toEqual(["after"]);
  expect(a.candidates.filter((candidate) => candidate === null)).toHaveLength(2);
});

test("the same seed gives the same run, packet by packet and state by state", async () => {
  const run = async (seed: number): Promise<string[]> => {
    const { clock, network, pair } = createHosts({ seed, latencyMs: 30, jitterMs: 20, loss: 0.1, reorder: 0.1 });
    const trace: string[] = [];
    network.observe((event) => trace.push(JSON.stringify(event)));
    const { a, b, control, close } = await pair();
    control.b.channel.addEventListener("message", ({ data }) => trace.push(`${clock.now()} ${String(data)}`));
    for (let index = 0; index < 50; index++) control.a.channel.send(`${index}`);
    await clock.advance(5_000);
    await close();
    trace.push(...a.states, ...b.states, JSON.stringify([...a.candidates, ...b.candidates]));
    await assertNothingLeft(network);
    return trace;
  };
  const first = await run(1);
  expect(first.length).toBeGreaterThan(150);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});

test("ids and session numbers come from the seed, and differ between adapters", () => {
  const bytes = (seed: number): Uint8Array[] => {
    const { context } = createHosts({ seed });
    return [context.adapter, context.remoteAdapter].map(({ randomBytes }) => randomBytes?.(16) ?? new Uint8Array());
  };
  expect(bytes(1)).toEqual(bytes(1));
  expect(bytes(1)).not.toEqual(bytes(2));
  expect(bytes(1)[0]).not.toEqual(bytes(1)[1]);
});
