import { beforeEach, describe, expect, it, vi } from "vitest";
import type { DriverSubscription } from "../driver.js";
import { silentLogger } from "../util/logger.js";
import { setSocketStage, tick } from "./testing/socket-stage.js";
import { ACK, GAP, PING, text, TOKEN } from "./websocket-codec.js";
import { WebSocketDriver, type WebSocketDriverOptions } from "./websocket-driver.js";

// Tokens that expire, and the ways in which a server ends a connection.

const { sockets, last, createSocket, closeLater } = setSocketStage();
let driver: WebSocketDriver;
let errors: unknown[];
let states: unknown[];
let subscribed: Promise<DriverSubscription>;

async function open(options: Partial<WebSocketDriverOptions> = {}, lifeMs = 0, urls = ["ws://one"]): Promise<void> {
  driver = new WebSocketDriver(urls, {
    createSocket,
    logger: silentLogger,
    random: () => 0,
    ...options,
  });
  closeLater(driver);
  driver.on("error", (error) => errors.push(error));
  driver.on("state", (state) => states.push(state));
  subscribed = driver.subscribe("t", () => {});
  await tick();
  last().welcome(65_536, lifeMs);
  last().ack();
  await subscribed;
}

const tokensSent = (socket = last()): string[] =>
  socket.frames.filter(({ type }) => type === TOKEN).map(({ body }) => text(body));
const lifeOf = (ms: number): Uint8Array => Uint8Array.of(ms >>> 24, (ms >>> 16) & 255, (ms >>> 8) & 255, ms & 255);

beforeEach(() => {
  errors = [];
  states = [];
});

describe("a token that expires", () => {
  it("is replaced over the open socket after three quarters of its life, again and again", async () => {
    let count = 0;
    await open({ token: () => `token ${++count}` }, 8_000);
    for (let round = 2; round < 6; round++) {
      await tick(5_990);
      expect(tokensSent()).toEqual([]);
      await tick(20);
      expect(tokensSent()).toEqual([`token ${round}`]);
      last().ack();
      last().receive(ACK, 0, "", lifeOf(8_000));
    }
    expect(sockets).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  it("is not asked for more than twice a second, whatever the server says", async () => {
    let count = 0;
    await open({ token: () => `${++count}` }, 1);
    for (let ms = 0; ms < 5_000; ms += 50) {
      await tick(50);
      if (tokensSent().length > 0) last().receive(ACK, 0, "", lifeOf(1));
      last().ack();
    }
    expect(count).toBeLessThanOrEqual(12);
  });

  it("is not replaced by a function that fails: that is told, and the next attempt asks again", async () => {
    const supply = ["first", undefined, "third"];
    const token = (): string => {
      const next = supply.shift();
      if (next === undefined) throw new Error("the issuer is away");
      return next;
    };
    await open({ token }, 4_000);
    await tick(3_001);
    expect(errors).toEqual([expect.objectContaining({ code: "DRIVER_FAILED" })]);
    last().end(4410, "the token has expired");
    await tick(100);
    last().welcome();
    expect(text(last().frames[0]?.body ?? new Uint8Array(0))).toBe("third");
    expect(driver.state).toBe("open");
    expect(errors.at(-1)).toMatchObject({ code: "TOKEN_EXPIRED", retryable: true });
  });

  it("is final as a string: told, every call rejects with it, and nothing is tried again", async () => {
    await open({ token: "once" }, 4_000);
    driver.attend();
    await tick(2_000);
    last().ack();
    await tick(1_500);
    last().ack();
    expect(tokensSent()).toEqual([]);
    last().end(4410, "the token has expired");
    await tick(120_000);
    expect(sockets).toHaveLength(1);
    const expired = expect.objectContaining({ code: "TOKEN_EXPIRED" });
    expect(errors).toEqual([expired]);
    await expect(driver.publish("t", new Uint8Array(1))).rejects.toEqual(expired);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("has no timer of its own while the driver is unused", async () => {
    await open({ token: () => "token" }, 8_000);
    const subscription = await subscribed;
    await subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("how a server ends a connection", () => {
  it.each([
    [1009, "SIGNAL_TOO_LARGE"],
    [4401, "DRIVER_REFUSED"],
    [4403, "DRIVER_REFUSED"],
    [4410, "TOKEN_EXPIRED"],
    [4426, "VERSION_MISMATCH"],
    [4429, "SIGNALING_LIMIT"],
    [4430, "SIGNALING_LIMIT"],
    [4431, "SIGNALING_LIMIT"],
    [4432, "SIGNALING_LIMIT"],
    [4441, "SIGNALING_LIMIT"],
    [4442, "SIGNALING_LIMIT"],
    [4443, "SIGNALING_LIMIT"],
    [4444, "DRIVER_REFUSED"],
  ])("%i is %s, with the reason", async (code, expected) => {
    await open({ token: () => "" });
    last().end(code, "because");
    expect(errors).toEqual([expect.objectContaining({ code: expected, message: expect.stringContaining("because") })]);
    // A function may have a better token, and limits pass: it goes on trying.
    await tick(1_000);
    expect(sockets).toHaveLength(2);
  });

  it.each([1001, 1006, 1011, 1012, 1013, 4408])("%i says no more than `state` does", async (code) => {
    await open();
    last().end(code, "because");
    expect(errors).toEqual([]);
    expect(states.at(-1)).toBe("connecting");
    await tick(1_000);
    expect(sockets).toHaveLength(2);
  });

  it("with 1012 it goes to the next url, with others back to the same", async () => {
    const urls = ["ws://one", "ws://two", "ws://three"];
    await open({}, 0, urls);
    for (const [code, next] of [
      [1012, "two"],
      [1001, "two"],
      [1012, "three"],
      [1012, "one"],
    ] as const) {
      last().end(code);
      await tick(60);
      expect(last().url).toBe(`ws://${next}`);
      last().welcome();
    }
  });

  it("a gap is told as a reconnect, and is none", async () => {
    await open();
    states = [];
    last().receive(GAP);
    expect(states).toEqual(["connecting", "open"]);
    expect(sockets).toHaveLength(1);
    expect(last().frames.filter(({ type }) => type !== PING)).toEqual([]);
  });
});
