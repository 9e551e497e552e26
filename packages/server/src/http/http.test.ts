import { createHmac } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { BrokerHandlers, ConnectBroker } from "../cluster/broker.js";
import type { Logger } from "../logger.js";
import type { ServerOptions } from "../options.js";
import { FrameType } from "../protocol.js";
import { startServer, type SignalingServer } from "../server.js";
import { RawClient } from "../test-support/raw-client.js";
import { answerPage } from "./page.js";
import { mintTurnCredentials, type IceAnswer } from "./turn.js";

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

async function serve(options: ServerOptions = {}): Promise<SignalingServer> {
  const server = await startServer({ port: 0, ...options });
  cleanUps.push(() => server.close());
  return server;
}

const httpOf = ({ url }: SignalingServer): string => url.replace("ws:", "http:");
const statusOf = async (url: string, init?: RequestInit): Promise<number> => (await fetch(url, init)).status;

describe("health and readiness", () => {
  it("are told on both ports; draining and a broker that is away are not ready", async () => {
    const told: { broker?: BrokerHandlers } = {};
    const cluster: ConnectBroker = (handlers) => {
      told.broker = handlers;
      return { subscribe: async () => {}, unsubscribe: () => {}, publish: () => {}, close: async () => {} };
    };
    const logger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const server = await serve({ cluster, admin: { port: 0 }, logger });
    const statuses = async (): Promise<number[]> => [
      await statusOf(`${httpOf(server)}/healthz`),
      await statusOf(`${httpOf(server)}/readyz`),
      await statusOf(`${server.adminUrl}/readyz`),
    ];
    expect(await statuses()).toEqual([200, 503, 503]);
    told.broker?.up();
    expect(await statuses()).toEqual([200, 200, 200]);
    told.broker?.down("on purpose");
    expect(await statuses()).toEqual([200, 503, 503]);
    told.broker?.up();
    server.refuse();
    expect(await statuses()).toEqual([200, 503, 503]);
  });

  it("draining sends clients elsewhere one after the other, and lets nobody in", async () => {
    const server = await serve();
    const clients = await Promise.all(Array.from({ length: 300 }, () => RawClient.greet(server.url)));
    const draining = server.drain({ withinMs: 1_500 });
    expect(await statusOf(`${httpOf(server)}/readyz`)).toBe(503);
    await expect(RawClient.connect(server.url)).rejects.toThrow("503");
    const startedAt = performance.now();
    const codes = await Promise.all(clients.map(async ({ closed }) => (await closed).code));
    expect(new Set(codes)).toEqual(new Set([1012]));
    expect(performance.now() - startedAt).toBeGreaterThan(100);
    await draining;
    await expect(fetch(httpOf(server))).rejects.toThrow();
  });
});

describe("metrics", () => {
  it("count what happens, in the format of Prometheus, on the second port only", async () => {
    const server = await serve({ admin: { port: 0 }, limits: { rooms: 1 } });
    const client = await RawClient.greet(server.url);
    cleanUps.push(() => client.close());
    client.send(FrameType.subscribe, 1, "a/1");
    client.send(FrameType.subscribe, 2, "b/1");
    client.send(FrameType.publish, 3, "a/1", Buffer.alloc(100));
    for (let count = 0; count < 4; count++) await client.next();
    const broken = await RawClient.greet(server.url);
    broken.send(0x7f, 1, "x");
    await broken.closed;
    for (let twice = 0; twice < 2; twice++) {
      const response = await fetch(`${server.adminUrl}/metrics`);
      expect(response.headers.get("content-type")).toContain("text/plain");
      const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
      const values = Object.fromEntries(lines.map((line) => line.split(/ (?=\S+$)/)));
      expect(values).toMatchObject({
        peerhood_connections: "1",
        peerhood_rooms: "1",
        peerhood_topics: "1",
        peerhood_ready: "1",
        peerhood_connections_accepted_total: "2",
        peerhood_connections_welcomed_total: "2",
        peerhood_frames_received_total: "6",
        peerhood_frames_sent_total: "6",
        'peerhood_connections_ended_total{reason="malformed"}': "1",
        'peerhood_requests_refused_total{reason="too_many_rooms"}': "1",
      });
    }
    expect(await statusOf(`${httpOf(server)}/metrics`)).toBe(426);
    expect(await statusOf(`${server.adminUrl}/secrets`)).toBe(404);
  });

  it("of two servers in one process are apart, and nothing stays after close", async () => {
    const [one, two] = [await serve(), await serve()];
    const client = await RawClient.greet(one.url);
    cleanUps.push(() => client.close());
    expect(await one.metrics()).toContain("peerhood_connections 1");
    expect(await two.metrics()).toContain("peerhood_connections 0");
  });
});

describe("/ice", () => {
  const turn = {
    urls: ["stun:turn.example:3478", "turn:turn.example:3478", "turns:turn.example:5349?transport=tcp"],
    secret: "shared",
  };

  it("mints credentials as coturn checks them", async () => {
    const server = await serve({ turn, authorize: (token) => token === "good" && { id: "ann" } });
    const response = await fetch(`${httpOf(server)}/ice`, { headers: { authorization: "Bearer good" } });
    expect(response.headers.get("cache-control")).toBe("no-store");
    const { iceServers, ttlMs } = (await response.json()) as IceAnswer;
    const [stun, relays] = iceServers;
    expect(stun).toEqual({ urls: ["stun:turn.example:3478"] });
    const [expiry = "", id] = relays?.username?.split(":") ?? [];
    expect(id).toBe("ann");
    expect(Number(expiry) - Date.now() / 1_000).toBeCloseTo(3_600, -1);
    expect(ttlMs).toBe(1_800_000);
    const expected = createHmac("sha1", "shared").update(`${expiry}:ann`).digest("base64");
    expect(relays).toMatchObject({ urls: turn.urls.slice(1), credential: expected });
    expect(mintTurnCredentials(turn).username).not.toBe(mintTurnCredentials(turn).username);
  });

  it("is for those that the server lets in, from pages that may, and not too often", async () => {
    const server = await serve({
      turn,
      origins: ["https://app.example"],
      authorize: (token, { purpose }) => token === "good" && purpose === "ice",
      limits: { connectionsPerAddress: 20, requestsPerSecond: 1 },
    });
    const ask = async (headers: Record<string, string>, method = "GET"): Promise<Response> =>
      fetch(`${httpOf(server)}/ice`, { method, headers });
    const good = { authorization: "Bearer good" };
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: "Basic good" })).status).toBe(401);
    expect((await ask({ authorization: `Bearer ${"x".repeat(9_000)}` })).status).toBe(401);
    expect((await ask(good, "POST")).status).toBe(405);
    const preflight = await ask({ origin: "https://app.example" }, "OPTIONS");
    expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization");
    const page = await ask({ ...good, origin: "https://app.example" });
    expect([page.status, page.headers.get("access-control-allow-origin")]).toEqual([200, "https://app.example"]);
    expect((await ask({ ...good, origin: "https://evil.example" })).status).toBe(403);
    const statuses: number[] = [];
    for (let count = 0; count < 30; count++) statuses.push((await ask(good).catch(() => ({ status: 0 }))).status);
    expect(statuses).toContain(429);
  });

  it("is not there without TURN, and needs servers that there can be", async () => {
    expect(await statusOf(`${httpOf(await serve())}/ice`)).toBe(426);
    for (const wrong of [
      { urls: [], secret: "x" },
      { urls: ["http://x"], secret: "x" },
      { urls: ["turn:x"], secret: "" },
      { ...turn, ttlS: 1 },
    ]) {
      await expect(startServer({ port: 0, turn: wrong })).rejects.toThrow(RangeError);
    }
  });
});

describe("a page beside the server", () => {
  it("is its files and nothing else, with headers that let nothing in", async () => {
    const files = new Map([["/", { type: "text/html; charset=utf-8", body: "<p>żółw" }]]);
    const url = httpOf(await serve({ onRequest: answerPage(files) }));
    const page = await fetch(`${url}/?room=lobby`);
    expect(await page.text()).toBe("<p>żółw");
    expect(Object.fromEntries(page.headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-length": "10",
      "x-content-type-options": "nosniff",
      "content-security-policy": expect.stringMatching(/^default-src 'none'; .*frame-ancestors 'none'$/),
    });
    const head = await fetch(url, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(await statusOf(url, { method: "POST" })).toBe(405);
    expect(await statusOf(`${url}/../etc/passwd`)).toBe(404);
    expect(await statusOf(`${url}/healthz`)).toBe(200);
  });
});

describe("paths and headers", () => {
  it("of every kind are answered or cut, and end nothing", async () => {
    const server = await serve({ turn: { urls: ["turn:x"], secret: "x" } });
    const requests = [
      "GET //evil.example/%00%ff/../../etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n",
      "GET http://other.example/ice HTTP/1.1\r\nhost: x\r\n\r\n",
      "GET /ice?token=x HTTP/1.1\r\nhost: x\r\nauthorization: Bearer \u0001\r\n\r\n",
      `GET /${"a".repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
      `GET / HTTP/1.1\r\nhost: x\r\n${"x: y\r\n".repeat(5_000)}\r\n`,
      "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      "CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00",
      "GET /ice HTTP/1.1\r\nhost: x\r\nx-forwarded-for: \r\norigin: \r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
    ];
    for (const request of requests) {
      const socket = connect(server.port, "127.0.0.1");
      socket.on("error", () => {});
      let answer = "";
      socket.on("data", (chunk) => (answer += String(chunk)));
      socket.end(request);
      await once(socket, "close");
      expect(answer).not.toMatch(/^HTTP\/1.1 200/);
    }
    expect(await statusOf(`${httpOf(server)}/healthz`)).toBe(200);
    await (await RawClient.greet(server.url)).close();
  });
});
