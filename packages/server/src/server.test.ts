import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { FrameType } from "./protocol.js";
import type { ServerOptions } from "./options.js";
import { startServer, type SignalingServer } from "./server.js";
import { RawClient } from "./test-support/raw-client.js";

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

async function serve(options: ServerOptions = {}): Promise<SignalingServer> {
  const server = await startServer({ port: 0, ...options });
  cleanUps.push(() => server.close());
  return server;
}

async function greet(...args: Parameters<typeof RawClient.greet>): Promise<RawClient> {
  const client = await RawClient.greet(...args);
  cleanUps.push(() => client.close());
  return client;
}

async function get(url: string): Promise<{ status: number | undefined; body: string }> {
  const asked = request(url.replace("ws:", "http:")).end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, body };
}

describe("routing", () => {
  it("acknowledges a subscription, then delivers to every subscriber and the sender", async () => {
    const { url } = await serve();
    const [one, two] = [await greet(url), await greet(url)];
    one.send(FrameType.subscribe, 1, "t");
    two.send(FrameType.subscribe, 9, "t");
    expect(await one.next()).toMatchObject({ type: FrameType.ack, number: 1 });
    expect(await two.next()).toMatchObject({ type: FrameType.ack, number: 9 });
    one.send(FrameType.publish, 2, "t", Buffer.from([1, 2, 3]));
    const message = { type: FrameType.message, number: 0, topic: "t", body: Buffer.from([1, 2, 3]) };
    expect(await two.next()).toEqual(message);
    expect([await one.next(), await one.next()]).toEqual([message, expect.objectContaining({ type: FrameType.ack })]);
  });

  it("a topic subscribed twice is delivered once, and left at once", async () => {
    const { url } = await serve();
    const client = await greet(url);
    for (const number of [1, 2]) client.send(FrameType.subscribe, number, "t");
    client.send(FrameType.publish, 3, "t");
    client.send(FrameType.unsubscribe, 4, "t");
    client.send(FrameType.unsubscribe, 5, "never/subscribed");
    client.send(FrameType.publish, 6, "t");
    const types: number[] = [];
    for (let count = 0; count < 7; count++) types.push((await client.next()).type);
    const { ack, message } = FrameType;
    expect(types).toEqual([ack, ack, message, ack, ack, ack, ack]);
  });

  it("answers a ping", async () => {
    const client = await greet((await serve()).url);
    client.send(FrameType.ping, 7);
    expect(await client.next()).toMatchObject({ type: FrameType.pong, number: 7 });
  });

  it("forgets who is gone", async () => {
    const { url } = await serve();
    const [staying, leaving] = [await greet(url), await greet(url)];
    leaving.send(FrameType.subscribe, 1, "t");
    await leaving.next();
    await leaving.close();
    staying.send(FrameType.publish, 1, "t");
    expect(await staying.next()).toMatchObject({ type: FrameType.ack });
  });
});

describe("limits", () => {
  it("tells the largest message and the number of topics", async () => {
    const { url } = await serve({ limits: { messageBytes: 20_000, topicsPerSocket: 3 } });
    const client = await RawClient.connect(url);
    cleanUps.push(() => client.close());
    client.hello();
    const { body } = await client.next();
    const view = new DataView(body.buffer, body.byteOffset);
    expect([view.getUint32(0), view.getUint32(4)]).toEqual([20_000, 3]);
  });

  it("does not start with a limit that breaks clients", async () => {
    await expect(startServer({ port: 0, limits: { messageBytes: 16_383 } })).rejects.toThrow(RangeError);
  });

  it("cuts off who reads more slowly than others write, and nobody else", { timeout: 30_000 }, async () => {
    const { url } = await serve({ limits: { bufferedBytes: 262_144, messagesPerSecond: Infinity } });
    const [slow, quick, publisher] = [await greet(url), await greet(url), await greet(url)];
    for (const client of [slow, quick]) {
      client.send(FrameType.subscribe, 1, "t");
      await client.next();
    }
    slow.socket.pause();
    // 32 MiB: what it takes depends on the operating system, whose buffers hold some 10 MiB at most.
    const messages = 512;
    const body = Buffer.alloc(65_536);
    for (let count = 0; count < messages; count++) {
      publisher.send(FrameType.publish, count, "t", body);
      await Promise.all([publisher.next(), quick.next()]);
    }
    let received = 0;
    slow.socket.on("message", () => received++);
    slow.socket.resume();
    // The close frame may have come too late for it, behind all that it did not read.
    expect([4429, 1006]).toContain((await slow.closed).code);
    expect(received).toBeLessThan(messages);
    publisher.send(FrameType.publish, 0, "t", Buffer.from("still here"));
    expect(Buffer.from((await quick.next()).body).toString()).toBe("still here");
  });

  it("drops who does not answer a ping", async () => {
    const { url } = await serve({ limits: { pingIntervalMs: 50 } });
    const [dead, alive] = [await greet(url, "", { autoPong: false }), await greet(url)];
    expect((await dead.closed).code).toBe(1006);
    alive.send(FrameType.ping, 1);
    expect(await alive.next()).toMatchObject({ type: FrameType.pong });
  });
});

describe("hello", () => {
  const ended = async (options: ServerOptions, act: (client: RawClient) => void): Promise<unknown> => {
    const { url } = await serve(options);
    const client = await RawClient.connect(url);
    act(client);
    return client.closed;
  };
  const notAuthorized = { code: 4401, reason: "not authorized" };

  it("must come in time", async () => {
    expect(await ended({ limits: { helloTimeoutMs: 20 } }, () => {})).toMatchObject({ code: 4408 });
  });

  it("must be authorized in time", async () => {
    const options = { authorize: () => new Promise<boolean>(() => {}), limits: { helloTimeoutMs: 20 } };
    expect(await ended(options, (client) => client.hello())).toMatchObject({ code: 4408 });
  });

  it("must be of this version", async () => {
    expect(await ended({}, (client) => client.send(FrameType.hello, 2))).toEqual({
      code: 4426,
      reason: "the server speaks version 1, the client 2",
    });
  });

  it("is refused by false, by a throw, by a rejection and by what is not true", async () => {
    const hooks = [
      () => false,
      () => {
        throw new Error("no");
      },
      async () => Promise.reject(new Error("no")),
      async () => undefined as unknown as boolean,
      () => "yes" as unknown as boolean,
    ];
    for (const authorize of hooks) {
      expect(await ended({ authorize }, (client) => client.hello("token"))).toEqual(notAuthorized);
    }
  });

  it("with a token that is too long is refused without asking", async () => {
    const authorize = (): boolean => expect.unreachable();
    expect(await ended({ authorize }, (client) => client.hello("x".repeat(8_193)))).toMatchObject({ code: 4401 });
  });

  it("comes first and once, and nothing before the welcome", async () => {
    const malformed = expect.objectContaining({ code: 1002 });
    const pending = { authorize: () => new Promise<boolean>(() => {}) };
    expect(await ended({}, (client) => client.send(FrameType.subscribe, 1, "t"))).toEqual(malformed);
    const two = (client: RawClient): void => {
      client.hello();
      client.hello();
    };
    expect(await ended({}, two)).toEqual(malformed);
    const early = (client: RawClient): void => {
      client.hello();
      client.send(FrameType.subscribe, 1, "t");
    };
    expect(await ended(pending, early)).toEqual(malformed);
  });

  it("that was authorized after the client had gone lets nobody in", async () => {
    let allow: (value: boolean) => void = () => {};
    let asked: () => void = () => {};
    const asking = new Promise<void>((resolve) => (asked = resolve));
    const { url } = await serve({
      authorize: () => {
        asked();
        return new Promise<boolean>((resolve) => (allow = resolve));
      },
    });
    const client = await RawClient.connect(url);
    client.hello();
    await asking;
    await client.close();
    allow(true);
  });
});

describe("http on the same port", () => {
  it("says what the server is, without onRequest", async () => {
    const { status, body } = await get((await serve()).url);
    expect(status).toBe(426);
    expect(body).toContain("WebSocketDriver");
  });

  it("is answered by onRequest, while WebSockets go on", async () => {
    const { url } = await serve({ onRequest: (_, response) => response.end("a page") });
    expect(await get(url)).toEqual({ status: 200, body: "a page" });
    await greet(url);
  });

  it("is a 500 when onRequest throws or rejects, and the server goes on", async () => {
    const failures: unknown[] = [];
    const onError = (error: unknown): number => failures.push(error);
    const thrown = await serve({
      onError,
      onRequest: () => {
        throw new Error("on purpose");
      },
    });
    const rejected = await serve({ onError, onRequest: async () => Promise.reject(new Error("on purpose")) });
    for (const { url } of [thrown, rejected]) {
      expect(await get(url)).toMatchObject({ status: 500 });
      await greet(url);
    }
    expect(failures).toHaveLength(2);
  });
});

describe("starting and closing", () => {
  it("gives the url that it listens on", async () => {
    const server = await serve();
    expect(server.url).toBe(`ws://127.0.0.1:${server.port}`);
    const six = await serve({ host: "::1" });
    expect(six.url).toBe(`ws://[::1]:${six.port}`);
    await greet(six.url);
  });

  it("rejects when the port is taken", async () => {
    const { port } = await serve();
    await expect(startServer({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("close tells the clients, may be called twice, and frees the port", async () => {
    const server = await serve();
    const client = await greet(server.url);
    const closing = Promise.all([server.close(), server.close()]);
    expect(await client.closed).toEqual({ code: 1001, reason: "the server is shutting down" });
    await closing;
    await server[Symbol.asyncDispose]();
    const next = await serve({ port: server.port });
    expect(next.port).toBe(server.port);
  });

  it("close waits for nobody who does not answer", async () => {
    const server = await serve({ onRequest: () => {} });
    const deaf = await greet(server.url);
    deaf.socket.pause();
    const idle = connect(server.port, "127.0.0.1");
    await once(idle, "connect");
    const hanging = connect(server.port, "127.0.0.1");
    hanging.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    idle.on("error", () => {});
    hanging.on("error", () => {});
    const startedAt = performance.now();
    await server.close();
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    idle.destroy();
    hanging.destroy();
  });
});
