import { schnorr } from "@noble/curves/secp256k1.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { NostrDriver } from "./nostr.js";
import { describeDriver } from "./test-support/describe-driver.js";
import { startNostrRelay } from "./test-support/nostr-relay.js";

const urlOf = ({ port }: { port: number }): string => `ws://127.0.0.1:${port}`;
const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

describeDriver({
  driver: "NostrDriver",
  broker: "@nostr-relay/core of npm",
  kind: "real",
  start: () => startNostrRelay(),
  create: (port, options) => new NostrDriver(urlOf({ port }), options),
});

it("uses all relays, delivers once what comes over several, and goes on with those that work", async () => {
  const relays = [await startNostrRelay(), await startNostrRelay()] as const;
  const [first, second] = relays.map(urlOf) as [string, string];
  const both = new NostrDriver([first, second]);
  const [one, two] = [new NostrDriver(first), new NostrDriver(second)];
  const heard: string[] = [];
  let look = (): void => {};
  await both.subscribe("t", (data) => {
    heard.push(text(data));
    look();
  });
  const hears = (what: string): Promise<void> =>
    new Promise((resolve) => {
      look = () => heard.includes(what) && resolve();
      look();
    });
  // Once it is at both: subscribing resolves with the first.
  await one.publish("t", bytes("over the first"));
  await hears("over the first");
  while (!heard.includes("over the second")) {
    const arrived = hears("over the second");
    await two.publish("t", bytes("over the second"));
    await Promise.race([arrived, new Promise((resolve) => setTimeout(resolve, 20))]);
  }
  heard.length = 0;
  await both.publish("t", bytes("over both"));
  await both.publish("t", bytes("end"));
  await hears("end");
  expect(heard.filter((each) => each === "over both")).toHaveLength(1);
  await relays[0].stop();
  await both.publish("t", bytes("over the one that is left"));
  await hears("over the one that is left");
  await Promise.all([both, one, two].map((driver) => driver.close()));
  await relays[1].stop();
});

it("sends events as NIP-01 has them: ephemeral, signed, with the topic as a hash", async () => {
  const relay = await startNostrRelay();
  const socket = new WebSocket(urlOf(relay));
  await new Promise((resolve) => socket.once("open", resolve));
  const event = new Promise<Record<string, unknown>>((resolve) => {
    socket.on("message", (frame) => {
      const [verb, , value] = JSON.parse(String(frame)) as [string, string, Record<string, unknown>];
      if (verb === "EVENT") resolve(value);
    });
  });
  const secretKey = sha256(bytes("a key for tests"));
  const driver = new NostrDriver(urlOf(relay), { secretKey, kind: 20_001 });
  socket.send(JSON.stringify(["REQ", "all", { kinds: [20_001] }]));
  await driver.publish("room/all", bytes("hello"));
  const { id, pubkey, created_at, kind, tags, content, sig } = await event;
  const serialized = JSON.stringify([0, pubkey, created_at, kind, tags, content]);
  expect(hexToBytes(String(id))).toEqual(sha256(bytes(serialized)));
  expect(hexToBytes(String(pubkey))).toEqual(schnorr.getPublicKey(secretKey));
  expect(schnorr.verify(hexToBytes(String(sig)), hexToBytes(String(id)), hexToBytes(String(pubkey)))).toBe(true);
  expect(atob(String(content))).toBe("hello");
  expect(serialized).not.toContain("room");
  await driver.close();
  socket.terminate();
  await relay.stop();
});

it("says why a relay refuses, and which kinds it must be", async () => {
  for (const [reason, code] of [
    ["blocked: you are not known here", "DRIVER_REFUSED"],
    ["rate-limited: slow down", "SIGNALING_LIMIT"],
    ["error: disk full", "DRIVER_FAILED"],
  ] as const) {
    const relay = await startNostrRelay(reason);
    const driver = new NostrDriver(urlOf(relay));
    await expect(driver.publish("t", bytes("x"))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(reason),
    });
    await driver.close();
    await relay.stop();
  }
  expect(() => new NostrDriver([])).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  expect(() => new NostrDriver("ws://x", { kind: 1 })).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});
