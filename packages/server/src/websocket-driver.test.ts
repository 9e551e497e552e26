import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { nodeAdapter } from "@peerhood/adapter-node";
import { WebSocketDriver, type Clock, type PeerhoodError, type WebSocketDriverOptions } from "@peerhood/core";
import { driverConformance } from "@peerhood/testing";
import { TcpRelay } from "@peerhood/testing/test-support";
import { afterEach, describe, expect, it } from "vitest";
import type { ServerOptions } from "./options.js";
import { startServer, type SignalingServer } from "./server.js";

// core's driver against a real server; its exact times are tested in packages/core.

const TOPIC = "room/all";
const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

async function serve(options: ServerOptions = {}): Promise<SignalingServer> {
  const server = await startServer({ port: 0, ...options });
  cleanUps.push(() => server.close());
  return server;
}

async function relayTo(server: SignalingServer): Promise<TcpRelay> {
  const relay = await TcpRelay.to(server.port);
  cleanUps.push(() => relay.close());
  return relay;
}

const urlOf = (relay: TcpRelay): string => `ws://127.0.0.1:${relay.port}`;

function drive(url: string | string[], options: Partial<WebSocketDriverOptions> = {}): WebSocketDriver {
  const driver = new WebSocketDriver(url, { createSocket: nodeAdapter.createSocket, ...options });
  cleanUps.push(() => driver.close());
  return driver;
}

function stateIs(driver: WebSocketDriver, state: string): Promise<void> {
  if (driver.state === state) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = driver.on("state", (value) => {
      if (value !== state) return;
      stop();
      resolve();
    });
  });
}

function nextError(driver: WebSocketDriver): Promise<PeerhoodError> {
  return new Promise((resolve) => void driver.on("error", (error) => resolve(error as PeerhoodError)));
}

async function nextMessage(driver: WebSocketDriver, topic = TOPIC): Promise<{ message: Promise<Uint8Array> }> {
  let arrived: (data: Uint8Array) => void = () => {};
  const message = new Promise<Uint8Array>((resolve) => (arrived = resolve));
  await driver.subscribe(topic, (data) => arrived(data));
  return { message };
}

/** Time that goes ten times as fast. */
const fastClock: Clock = {
  now: () => performance.now() * 10,
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs / 10),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

describe("conformance", () => {
  let server: SignalingServer | undefined;
  const start = async (): Promise<SignalingServer> => (server ??= await startServer({ port: 0 }));
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  const cases = driverConformance({
    createDriver: async () => drive((await start()).url),
    // The whole server goes, and comes back on the same port.
    interrupt: async () => {
      const { port, close } = await start();
      await close();
      server = await startServer({ port });
    },
    createUnreachable: async () => {
      const relay = await relayTo(await start());
      relay.silence();
      return drive(urlOf(relay), { connectionTimeoutMs: 300 });
    },
  });
  const about = { driver: "WebSocketDriver", broker: "@peerhood/server", kind: "real" } as const;
  for (const { name, run } of cases) it(name, { meta: { driverCase: { ...about, name } } }, run);
});

describe("reconnecting", () => {
  it("after the connection broke without a goodbye", async () => {
    const relay = await relayTo(await serve());
    const driver = drive(urlOf(relay));
    const { message } = await nextMessage(driver);
    const lost = stateIs(driver, "connecting");
    void relay.cut();
    await lost;
    await stateIs(driver, "open");
    await driver.publish(TOPIC, Uint8Array.of(1));
    expect(await message).toEqual(Uint8Array.of(1));
  });

  it("after the server fell silent, within seconds when somebody attends", async () => {
    const server = await serve();
    const [stopped, healthy] = [await relayTo(server), await relayTo(server)];
    const driver = drive([urlOf(stopped), urlOf(healthy)], { clock: fastClock });
    const { message } = await nextMessage(driver);
    driver.attend();
    const silentAt = fastClock.now();
    stopped.silence();
    await stateIs(driver, "connecting");
    const noticedMs = fastClock.now() - silentAt;
    expect(noticedMs).toBeGreaterThan(1_000);
    // Unattended it would be 45 s.
    expect(noticedMs).toBeLessThan(15_000);
    await stateIs(driver, "open");
    await driver.publish(TOPIC, Uint8Array.of(2));
    expect(await message).toEqual(Uint8Array.of(2));
  });

  it("publishes what was under way when the server died", async () => {
    const server = await serve();
    const relay = await relayTo(server);
    const [publisher, subscriber] = [drive(urlOf(relay)), drive(server.url)];
    const { message } = await nextMessage(subscriber);
    await publisher.publish("contact", new Uint8Array(1));
    const publishing = publisher.publish(TOPIC, Uint8Array.of(3));
    void relay.cut();
    await publishing;
    expect(await message).toEqual(Uint8Array.of(3));
  });

  it("drivers of one server do not come back in step", async () => {
    const server = await serve();
    const relay = await relayTo(server);
    const drivers = Array.from({ length: 20 }, () => drive(urlOf(relay)));
    await Promise.all(drivers.map((driver) => driver.subscribe(TOPIC, () => {})));
    const times: number[] = [];
    const back = drivers.map(async (driver) => {
      await stateIs(driver, "connecting");
      await stateIs(driver, "open");
      times.push(performance.now());
    });
    void relay.cut();
    await Promise.all(back);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(10);
  });
});

describe("several urls", () => {
  it("the next is tried when one refuses", async () => {
    const gone = await startServer({ port: 0 });
    await gone.close();
    const server = await serve();
    const driver = drive([gone.url, server.url]);
    await driver.publish(TOPIC, new Uint8Array(1));
  });

  it("a server that is drained sends the driver to the next, which keeps its subscriptions and reports no error", async () => {
    const [drained, other] = [await serve(), await serve()];
    const driver = drive([drained.url, other.url]);
    const errors: unknown[] = [];
    driver.on("error", (error) => errors.push(error));
    const { message } = await nextMessage(driver);
    const gone = stateIs(driver, "connecting");
    const draining = drained.drain({ withinMs: 0 });
    await gone;
    await stateIs(driver, "open");
    await drive(other.url).publish(TOPIC, Uint8Array.of(4));
    expect(await message).toEqual(Uint8Array.of(4));
    await draining;
    expect(errors).toEqual([]);
  });

  it("the next is tried after 1 s when one does not answer", async () => {
    const server = await serve();
    const silent = await relayTo(server);
    silent.silence();
    const driver = drive([urlOf(silent), server.url]);
    const startedAt = performance.now();
    await driver.publish(TOPIC, new Uint8Array(1));
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe("the token", () => {
  it("arrives, and is in no url", async () => {
    const tokens: string[] = [];
    const urls: string[] = [];
    const server = await serve({ authorize: (token) => tokens.push(token) > 0 });
    const createSocket: WebSocketDriverOptions["createSocket"] = (url) => {
      urls.push(url);
      return nodeAdapter.createSocket(url);
    };
    await drive(server.url, { token: "sésame", createSocket }).publish(TOPIC, new Uint8Array(1));
    expect(tokens).toEqual(["sésame"]);
    expect(urls).toEqual([server.url]);
  });

  it("that is refused ends the waiting at once, and is not tried again", async () => {
    const tokens: string[] = [];
    const server = await serve({ authorize: (token) => tokens.push(token) > 99 });
    const timers = new Set<unknown>();
    const driver = drive(server.url, {
      token: "wrong",
      clock: {
        now: () => performance.now(),
        setTimeout: (callback, delayMs) => {
          const timer = setTimeout(() => {
            timers.delete(timer);
            callback();
          }, delayMs);
          timers.add(timer);
          return timer;
        },
        clearTimeout: (handle) => {
          timers.delete(handle);
          clearTimeout(handle as NodeJS.Timeout);
        },
      },
    });
    const error = nextError(driver);
    const refused = { code: "DRIVER_REFUSED", message: expect.stringContaining("not authorized") };
    await expect(driver.subscribe(TOPIC, () => {})).rejects.toMatchObject(refused);
    expect(await error).toMatchObject(refused);
    await expect(driver.publish(TOPIC, new Uint8Array(1))).rejects.toMatchObject(refused);
    expect(tokens).toEqual(["wrong"]);
    // Nothing is left that could try again.
    expect(timers.size).toBe(0);
  });

  it("from a function is asked for anew, and the driver gets in with a good one", async () => {
    const tokens: string[] = [];
    const server = await serve({ authorize: (token) => tokens.push(token) > 0 && token === "fresh" });
    const supply = ["expired", "fresh"];
    const driver = drive(server.url, { token: async () => supply.shift() ?? "none" });
    const error = nextError(driver);
    await driver.publish(TOPIC, new Uint8Array(1));
    expect(await error).toMatchObject({ code: "DRIVER_REFUSED" });
    expect(tokens).toEqual(["expired", "fresh"]);
  });
});

describe("limits of the server", () => {
  it("maxBytes is what the server says", async () => {
    const server = await serve({ limits: { messageBytes: 20_000 } });
    const driver = drive(server.url);
    await driver.publish(TOPIC, new Uint8Array(20_000));
    expect(driver.maxBytes).toBe(20_000);
    await expect(driver.publish(TOPIC, new Uint8Array(20_001))).rejects.toMatchObject({ code: "SIGNAL_TOO_LARGE" });
  });

  it("one topic too many is SIGNALING_LIMIT, and one left makes room", async () => {
    const server = await serve({ limits: { topicsPerSocket: 2 } });
    const driver = drive(server.url);
    const first = await driver.subscribe("1", () => {});
    await driver.subscribe("2", () => {});
    await expect(driver.subscribe("3", () => {})).rejects.toMatchObject({
      code: "SIGNALING_LIMIT",
      message: expect.stringContaining("2 topics"),
    });
    await first.unsubscribe();
    await driver.subscribe("3", () => {});
  });
});

describe("processes", () => {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const node = (program: string): string[] => [
    ..."--import tsx --conditions @peerhood/source --unhandled-rejections=strict --input-type module --eval".split(" "),
    program,
  ];
  const preamble = (url: string): string => `
    import { WebSocketDriver } from "@peerhood/core";
    import { nodeAdapter } from "@peerhood/adapter-node";
    const driver = new WebSocketDriver(${JSON.stringify(url)}, { createSocket: nodeAdapter.createSocket });
  `;
  const run = async (program: string): Promise<string> => {
    const { stdout } = await promisify(execFile)(process.execPath, node(program), { cwd, timeout: 20_000 });
    return stdout.trim();
  };

  it("ends by itself after close", { timeout: 30_000 }, async () => {
    const { url } = await serve();
    const program = `${preamble(url)}
      await driver.subscribe("t", () => {});
      driver.attend();
      await driver.close();
      console.log("closed");
    `;
    expect(await run(program)).toBe("closed");
  });

  it("ends by itself when the driver was not closed but has no subscription left", { timeout: 30_000 }, async () => {
    const { url } = await serve();
    const program = `${preamble(url)}
      const subscription = await driver.subscribe("t", () => {});
      await driver.publish("t", new Uint8Array(1));
      await subscription.unsubscribe();
      console.log(driver.state);
    `;
    expect(await run(program)).toBe("open");
  });

  it("ends by itself when the driver was never used", { timeout: 30_000 }, async () => {
    expect(await run(`${preamble("ws://127.0.0.1:1")} console.log(driver.state);`)).toBe("connecting");
  });

  it("stays up for as long as it is subscribed, and while the server is away", { timeout: 30_000 }, async () => {
    const server = await serve();
    const program = `${preamble(server.url)}
      driver.on("state", (state) => console.log(state));
      await driver.subscribe("t", () => driver.close());
    `;
    const child = spawn(process.execPath, node(program), { cwd, stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    const states: string[] = [];
    const said = (state: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (chunk: Buffer): void => {
          states.push(...chunk.toString().trim().split("\n"));
          if (states.at(-1) !== state) return;
          child.stdout.off("data", look);
          resolve();
        };
        child.stdout.on("data", look);
      });
    await said("open");
    const away = said("connecting");
    await server.close();
    await away;
    const back = said("open");
    await serve({ port: server.port });
    await back;
    const driver = drive(server.url);
    await driver.publish("t", new Uint8Array(1));
    expect(await exited).toEqual([0, null]);
    expect(states.slice(0, 3)).toEqual(["open", "connecting", "open"]);
  });
});
