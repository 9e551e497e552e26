import { describe, expect, it, vi } from "vitest";
import type { SocketEvent } from "../adapter.js";
import type { PeerhoodError } from "../errors.js";
import { silentLogger } from "../util/logger.js";
import type { FakeSocket } from "./testing/fake-socket.js";
import { setSocketStage, tick } from "./testing/socket-stage.js";
import { ACK, encodeFrame, ERROR, HELLO, MESSAGE, PING, PONG, PUBLISH, SUBSCRIBE, text } from "./websocket-codec.js";
import { WebSocketDriver, type WebSocketDriverOptions } from "./websocket-driver.js";

// What needs exact times; everything else is tested against a real server, in packages/server.

const TOPIC = "room/all";
const bytes = (length: number): Uint8Array => new Uint8Array(length);

const { sockets, last, createSocket, closeLater } = setSocketStage();

function make(options: Partial<WebSocketDriverOptions> = {}, url: string | string[] = "ws://one"): WebSocketDriver {
  const driver = new WebSocketDriver(url, {
    createSocket,
    logger: silentLogger,
    // The longest pauses that chance allows.
    random: () => 0.999_999,
    ...options,
  });
  closeLater(driver);
  return driver;
}

/** A driver with one subscription on an open socket. */
async function makeOpen(options?: Partial<WebSocketDriverOptions>): Promise<[WebSocketDriver, FakeSocket]> {
  const driver = make(options);
  const subscribing = driver.subscribe(TOPIC, () => {});
  await tick();
  last().welcome();
  last().ack();
  await subscribing;
  return [driver, last()];
}

describe("connecting", () => {
  it("opens no socket before it is used", async () => {
    const driver = make();
    await tick(60_000);
    expect(sockets).toHaveLength(0);
    expect(driver.state).toBe("connecting");
    expect(driver.maxBytes).toBe(16_384);
  });

  it("sends the token in the first frame and nothing before it, and the url as it was given", async () => {
    const driver = make({ token: "secret" });
    driver.attend();
    await tick();
    expect(last().url).toBe("ws://one");
    last().open();
    expect(last().types).toEqual([HELLO]);
    expect(text(last().frames[0]?.body ?? bytes(0))).toBe("secret");
  });

  it("refuses a url that is none", () => {
    for (const url of ["", "http://one", "one", "ws:", "wss://", []]) {
      expect(() => make({}, url)).toThrowError(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    }
  });

  it("starts the next attempt after 1 s, and the one that was late may still win", async () => {
    const driver = make();
    const publishing = driver.publish(TOPIC, bytes(1));
    await tick(999);
    expect(sockets).toHaveLength(1);
    await tick(2 + 100);
    expect(sockets).toHaveLength(2);
    sockets[0]?.welcome();
    expect(driver.state).toBe("open");
    expect(sockets[1]?.calls).toEqual(["close"]);
    sockets[0]?.ack();
    await publishing;
  });

  it("has at most four attempts under way", async () => {
    make({ connectionTimeoutMs: 60_000 }).attend();
    await tick(30_000);
    expect(sockets.length).toBeGreaterThan(10);
    expect(sockets.filter(({ calls }) => calls.length === 0)).toHaveLength(4);
  });

  it("pauses at most 1 s for the first minute, then ever longer up to 30 s", async () => {
    make().attend();
    const starts: number[] = [];
    for (let failed = 0; failed < sockets.length + 1 && performance.now() < 400_000; await tick(10)) {
      while (failed < sockets.length) {
        sockets[failed++]?.end();
        starts.push(performance.now());
      }
    }
    const origin = starts[0] ?? 0;
    const pauses = starts.slice(1).map((start, index) => ({ at: start - origin, ms: start - (starts[index] ?? 0) }));
    const early = pauses.filter(({ at }) => at < 60_000);
    expect(Math.max(...early.map(({ ms }) => ms))).toBeLessThanOrEqual(1_020);
    expect(early.length).toBeGreaterThan(55);
    const late = pauses.slice(early.length + 1).map(({ ms }) => Math.round(ms / 1_000));
    expect(late.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  it("tries several urls in turn, and pauses only after each round", async () => {
    const driver = make({}, ["ws://one", "ws://two", "ws://three"]);
    driver.attend();
    await tick();
    for (const socket of ["one", "two", "three"]) {
      expect(last().url).toBe(`ws://${socket}`);
      last().end();
      await tick();
    }
    expect(sockets).toHaveLength(3);
    await tick(100);
    expect(last().url).toBe("ws://one");
    last().end();
    await tick();
    last().welcome();
    expect(last().url).toBe("ws://two");
    // What worked is tried first when it is lost.
    last().end();
    await tick(200);
    expect(last().url).toBe("ws://two");
  });

  it("leaves half of each pause to chance", async () => {
    for (const [random, earliest] of [
      [0, 50],
      [0.999, 99],
    ] as const) {
      sockets.length = 0;
      make({ random: () => random }).attend();
      await tick();
      last().end();
      await tick(earliest - 2);
      expect(sockets).toHaveLength(1);
      await tick(4);
      expect(sockets).toHaveLength(2);
    }
  });

  it("does not make whoever begins to wait sit out a long pause", async () => {
    const [driver, first] = await makeOpen();
    first.end();
    while (sockets.length < 8) {
      await tick(100);
      last().end();
    }
    const before = sockets.length;
    const publishing = driver.publish(TOPIC, bytes(1));
    await tick();
    expect(sockets).toHaveLength(before + 1);
    last().welcome();
    last().ack();
    await publishing;
  });

  it("stops connecting when nobody needs it any more", async () => {
    const driver = make();
    const stop = driver.attend();
    await tick();
    stop();
    expect(last().calls).toEqual(["close"]);
    await tick(60_000);
    expect(sockets).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("says what is wrong when something else answers, once per outage", async () => {
    const driver = make();
    const errors: unknown[] = [];
    driver.on("error", (error) => errors.push(error));
    driver.attend();
    await tick();
    for (const answer of ["hello", new ArrayBuffer(3), encodeFrame(PONG).slice().buffer]) {
      last().open();
      last().emit("message", { data: answer });
      await tick(1_000);
    }
    expect(errors).toEqual([expect.objectContaining({ code: "PROTOCOL_ERROR" })]);
    expect(sockets).toHaveLength(4);
  });

  it("reports a version that the server does not speak", async () => {
    const driver = make();
    const errors: unknown[] = [];
    driver.on("error", (error) => errors.push(error));
    driver.attend();
    await tick();
    last().open();
    last().end(4426, "the server speaks version 2");
    expect(errors).toEqual([expect.objectContaining({ code: "VERSION_MISMATCH" })]);
  });

  it("survives a socket that throws when it is made", async () => {
    let broken = true;
    const driver = make({
      createSocket: (url) => {
        if (broken) throw new Error("mixed content");
        return createSocket(url);
      },
    });
    const errors: PeerhoodError[] = [];
    driver.on("error", (error) => errors.push(error as PeerhoodError));
    driver.attend();
    await tick(150);
    expect(errors.map(({ code }) => code)).toEqual(["DRIVER_FAILED"]);
    broken = false;
    await tick(1_000);
    last().welcome();
    expect(driver.state).toBe("open");
  });
});

describe("the token", () => {
  it("as a string is final when refused: told, not tried again", async () => {
    const driver = make({ token: "old" });
    const errors: unknown[] = [];
    driver.on("error", (error) => errors.push(error));
    const calls = Promise.allSettled([driver.publish(TOPIC, bytes(1)), driver.subscribe(TOPIC, () => {})]);
    await tick();
    last().open();
    last().end(4401, "not authorized");
    await tick(120_000);
    expect(sockets).toHaveLength(1);
    const refused = expect.objectContaining({ code: "DRIVER_REFUSED" });
    expect(errors).toEqual([refused]);
    expect((await calls).map((call) => call.status === "rejected" && call.reason)).toEqual([refused, refused]);
    await expect(driver.publish(TOPIC, bytes(1))).rejects.toEqual(refused);
    driver.attend();
    await tick(10_000);
    expect(sockets).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("as a function is called for each attempt, and a refused one replaced", async () => {
    const tokens = ["first", "second"];
    const driver = make({ token: async () => tokens.shift() ?? "more" });
    const errors: unknown[] = [];
    driver.on("error", (error) => errors.push(error));
    const publishing = driver.publish(TOPIC, bytes(1));
    await tick();
    last().open();
    expect(text(last().frames[0]?.body ?? bytes(0))).toBe("first");
    last().end(4401);
    await tick(100);
    last().welcome();
    expect(text(last().frames[0]?.body ?? bytes(0))).toBe("second");
    last().ack();
    await publishing;
    expect(errors).toEqual([expect.objectContaining({ code: "DRIVER_REFUSED" })]);
  });

  it("as a function that throws or hangs is called again", async () => {
    let calls = 0;
    const driver = make({
      token: () => {
        if (++calls === 1) throw new Error("offline");
        return calls === 2 ? new Promise<string>(() => {}) : "third";
      },
    });
    const errors: unknown[] = [];
    driver.on("error", (error) => errors.push(error));
    driver.attend();
    await tick(15_500);
    expect(calls).toBe(3);
    expect(errors).toEqual([expect.objectContaining({ code: "DRIVER_FAILED" })]);
    last().open();
    expect(text(last().frames[0]?.body ?? bytes(0))).toBe("third");
  });

  it("that arrives after close opens no socket", async () => {
    let give: (token: string) => void = () => {};
    const driver = make({ token: () => new Promise<string>((resolve) => (give = resolve)) });
    driver.attend();
    await driver.close();
    give("late");
    await tick(1_000);
    expect(sockets).toHaveLength(0);
  });
});

describe("liveness", () => {
  it("attended: pings every 2 s, takes 3 s of silence for dead", async () => {
    const [driver, socket] = await makeOpen();
    driver.attend();
    const pings = (): number => socket.types.filter((type) => type === PING).length;
    await tick(900);
    for (let round = 1; round <= 10; round++) {
      await tick(2_000 - 900);
      expect(pings()).toBe(1);
      await tick(900);
      // Late, not missing.
      socket.ack();
    }
    expect(driver.state).toBe("open");
    socket.ack();
    await tick(2_999);
    expect(driver.state).toBe("open");
    expect(pings()).toBeGreaterThanOrEqual(1);
    await tick(2);
    expect(driver.state).toBe("connecting");
    await tick(1_000);
    expect(sockets.length).toBeGreaterThan(1);
  });

  it("attended: whatever the server sends is a sign of life", async () => {
    const [driver, socket] = await makeOpen();
    driver.attend();
    for (let count = 0; count < 20; count++) {
      await tick(1_000);
      socket.receive(MESSAGE, 0, TOPIC);
    }
    expect(driver.state).toBe("open");
  });

  it("unattended: pings every 30 s", async () => {
    const [driver, socket] = await makeOpen();
    await tick(29_000);
    expect(socket.types).toEqual([]);
    await tick(1_001);
    expect(socket.types).toEqual([PING]);
    await tick(15_000);
    expect(driver.state).toBe("connecting");
  });

  it("a call that is not answered finds a dead server within 3 s and is repeated at the next", async () => {
    const [driver, socket] = await makeOpen();
    const publishing = driver.publish(TOPIC, bytes(7));
    expect(socket.types).toEqual([PUBLISH]);
    await tick(3_200);
    expect(driver.state).toBe("connecting");
    last().welcome();
    expect(last().frames.find(({ type }) => type === PUBLISH)?.body).toHaveLength(7);
    last().ack();
    await publishing;
  });

  it("late timers, as of a tab in the background, are not taken for a dead server", async () => {
    const [driver, socket] = await makeOpen();
    driver.attend();
    socket.ack();
    for (let minute = 0; minute < 3; minute++) {
      // The timers stand still while the clock goes on; then they run late.
      vi.setSystemTime(Date.now() + 60_000);
      const now = performance.now();
      vi.spyOn(performance, "now").mockImplementation(() => now + 60_000 * (minute + 1));
      await tick(2_000);
      socket.ack();
      expect(driver.state).toBe("open");
    }
    vi.restoreAllMocks();
  });

  it("unused it neither pings nor holds the process", async () => {
    const driver = make();
    const publishing = driver.publish(TOPIC, bytes(1));
    await tick();
    last().welcome();
    last().ack();
    await publishing;
    await tick();
    expect(last().calls.at(-1)).toBe("unref");
    expect(vi.getTimerCount()).toBe(0);
    const subscribing = driver.subscribe(TOPIC, () => {});
    expect(last().calls.at(-1)).toBe("ref");
    last().ack();
    const { unsubscribe } = await subscribing;
    await unsubscribe();
    expect(last().calls.at(-1)).toBe("unref");
    // Lost while nobody needs it: it comes back at the next use.
    last().end();
    await tick(60_000);
    expect(sockets).toHaveLength(1);
    driver.attend();
    await tick();
    expect(sockets).toHaveLength(2);
  });
});

describe("requests", () => {
  it("time out as SIGNALING_UNREACHABLE, with the reason and the host, not the whole url", async () => {
    const driver = make({ connectionTimeoutMs: 5_000 }, "ws://user:password@host:1/?key=secret");
    const failure = driver.publish(TOPIC, bytes(1)).catch((error: unknown) => error);
    await tick();
    last().emit("error", { error: new Error("ECONNREFUSED") } as Partial<SocketEvent>);
    last().end();
    await tick(4_990);
    driver.on("error", () => {});
    await tick(20);
    const error = (await failure) as PeerhoodError;
    expect(error).toMatchObject({ code: "SIGNALING_UNREACHABLE", retryable: true });
    expect(error.message).toContain("host:1");
    expect(error.message).not.toMatch(/password|secret/);
  });

  it.each([
    ["\u0001", "SIGNALING_LIMIT", true],
    ["\u0002", "SIGNALING_LIMIT", true],
    ["\u0003", "SIGNALING_LIMIT", true],
    ["\u0004", "DRIVER_REFUSED", false],
    ["\u00f0", "DRIVER_REFUSED", false],
  ])("that are refused with %j are %s, with the server's reason", async (number, code, retryable) => {
    const [driver, socket] = await makeOpen();
    const refused = driver.subscribe("other", () => {}).catch((error: unknown) => error);
    const body = Uint8Array.from([0, number.charCodeAt(0), ...new TextEncoder().encode("no more")]);
    socket.receive(ERROR, socket.frames.at(-1)?.number ?? 0, "other", body);
    expect(await refused).toMatchObject({ code, retryable, message: expect.stringContaining("other: no more") });
  });

  it("a subscription that is refused when it is repeated is an error event", async () => {
    const [driver, socket] = await makeOpen();
    const errors: unknown[] = [];
    driver.on("error", (error) => errors.push(error));
    socket.end();
    await tick(1_000);
    last().welcome();
    expect(last().frames.filter(({ type }) => type === SUBSCRIBE)).toMatchObject([{ number: 0, topic: TOPIC }]);
    last().receive(ERROR, 0, TOPIC, new TextEncoder().encode("\0\u0001no more"));
    expect(errors).toEqual([expect.objectContaining({ code: "SIGNALING_LIMIT" })]);
  });

  it("are checked against the limit of the server that is there now", async () => {
    const [driver, socket] = await makeOpen();
    expect(driver.maxBytes).toBe(65_536);
    socket.end();
    const waiting = driver.publish(TOPIC, bytes(20_000)).catch((error: unknown) => error);
    await tick(1_000);
    last().welcome(16_384);
    expect(await waiting).toMatchObject({ code: "SIGNAL_TOO_LARGE" });
    expect(driver.maxBytes).toBe(16_384);
  });

  it("take the bytes as they are at the call", async () => {
    const driver = make();
    const data = bytes(1).fill(5);
    const publishing = driver.publish(TOPIC, data);
    data.fill(6);
    await tick();
    last().welcome();
    expect(last().frames.at(-1)?.body).toEqual(bytes(1).fill(5));
    last().ack();
    await publishing;
  });

  it("garbage from the server, and frames of a later version, end nothing but the socket", async () => {
    const [driver, socket] = await makeOpen();
    for (const type of [0, 0x7f, 0x86, 0xff]) socket.receive(type, 99, "x");
    socket.receive(ACK, 12_345);
    socket.receive(ERROR, 12_345);
    socket.receive(MESSAGE, 0, "not/subscribed");
    expect(driver.state).toBe("open");
    const errors: unknown[] = [];
    driver.on("error", (error) => errors.push(error));
    socket.emit("message", { data: new ArrayBuffer(2) });
    expect(driver.state).toBe("connecting");
    expect(errors).toEqual([expect.objectContaining({ code: "PROTOCOL_ERROR" })]);
  });
});

describe("close", () => {
  it("says goodbye, and gives up on a server that does not answer after 1 s", async () => {
    const [driver, socket] = await makeOpen();
    let closed = false;
    const closing = driver.close().then(() => (closed = true));
    expect(socket.calls.at(-1)).toBe("close 1000");
    await tick(999);
    expect(closed).toBe(false);
    await tick(1);
    await closing;
    expect(closed).toBe(true);
  });
});
