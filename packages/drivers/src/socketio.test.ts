import { once } from "node:events";
import { Server, type ServerOptions } from "socket.io";
import { io } from "socket.io-client";
import { expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { SocketIoDriver } from "./socketio.js";
import { serveTopics, type ServeTopicsOptions } from "./socketio-server.js";
import { describeDriver } from "./test-support/describe-driver.js";
import { describeHandedIn } from "./test-support/describe-handed-in.js";
import { startHttpServer } from "./test-support/http-server.js";

async function startServer(options: Partial<ServerOptions> = {}, setUp: (server: Server) => unknown = serveTopics) {
  const http = await startHttpServer();
  // By itself it would take the `ws` of the test runner's conditions, which has no such class.
  const server = new Server(http.server, { wsEngine: WebSocketServer, ...options });
  setUp(server);
  return { server, port: http.port, stop: async () => (server.disconnectSockets(true), await http.stop()) };
}

const start = () => startServer();
const urlOf = ({ port }: { port: number }): string => `http://127.0.0.1:${port}`;

/** A driver on a server of its own. */
async function withDriver(
  setUp: (server: Server) => unknown,
  test: (driver: SocketIoDriver, told: unknown[]) => Promise<void>,
): Promise<void> {
  const server = await startServer({}, setUp);
  const driver = new SocketIoDriver(urlOf(server), { connectionTimeoutMs: 4_000 });
  const told: unknown[] = [];
  driver.on("error", (error) => told.push(error));
  try {
    await test(driver, told);
  } finally {
    await driver.close();
    await server.stop();
  }
}

describeDriver({
  driver: "SocketIoDriver",
  broker: "Socket.IO server of npm",
  kind: "real",
  start,
  create: (port, options) => new SocketIoDriver(urlOf({ port }), options),
});

describeHandedIn("a socket of the application's", {
  start,
  connect: async (port) => io(urlOf({ port }), { reconnectionDelay: 50, reconnectionDelayMax: 50, forceNew: true }),
  driver: (socket) => new SocketIoDriver(socket),
  isUsable: (socket) => socket.connected,
  disconnect: async (socket) => socket.disconnect(),
});

it("works where only long polling passes", async () => {
  const server = await startServer({ transports: ["polling"] });
  const driver = new SocketIoDriver(urlOf(server));
  const heard = new Promise<Uint8Array>((resolve) => void driver.subscribe("t", resolve));
  await driver.subscribe("t", () => {});
  await driver.publish("t", Uint8Array.of(0, 255, 128));
  expect([...(await heard)]).toEqual([0, 255, 128]);
  await driver.close();
  await server.stop();
});

it("says that serveTopics is missing", () =>
  withDriver(
    () => {},
    async (driver) => {
      const error = await driver.publish("t", new Uint8Array(1)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "SIGNALING_UNREACHABLE" });
      expect(error).toMatchObject({ cause: { message: expect.stringContaining("serveTopics") } });
    },
  ));

it("is refused for good by a middleware of the server's", () =>
  withDriver(
    (server) => server.use((_socket, next) => next(new Error("who are you?"))),
    async (driver, told) => {
      const refused = expect.objectContaining({ code: "DRIVER_REFUSED", message: expect.stringContaining("who are") });
      await expect(driver.publish("t", new Uint8Array(1))).rejects.toEqual(refused);
      await expect(driver.subscribe("t", () => {})).rejects.toEqual(refused);
      expect(told).toEqual([refused]);
    },
  ));

it("hears what may not be done, and goes on with what may", () => {
  const options: ServeTopicsOptions<never> = {
    maxTopics: 2,
    authorize: async (_socket, action, topic) => topic !== "secret" && !(action === "publish" && topic === "read-only"),
  };
  return withDriver(
    (server) => serveTopics(server, options),
    async (driver) => {
      const nothing = new Uint8Array(1);
      await expect(driver.subscribe("secret", () => {})).rejects.toMatchObject({ code: "DRIVER_REFUSED" });
      await expect(driver.publish("read-only", nothing)).rejects.toMatchObject({ code: "DRIVER_REFUSED" });
      await driver.subscribe("read-only", () => {});
      await driver.subscribe("b", () => {});
      await expect(driver.subscribe("c", () => {})).rejects.toMatchObject({ code: "SIGNALING_LIMIT", retryable: true });
      await driver.publish("b", nothing);
    },
  );
});

it("the server survives what is no request, and answers what is one with a no", async () => {
  const server = await startServer({}, (one) =>
    serveTopics(one, {
      authorize: (_socket, _action, topic) => {
        if (topic === "throws") throw new Error("a bug in the application");
        return true;
      },
    }),
  );
  const socket = io(urlOf(server), { forceNew: true, reconnection: false });
  await new Promise<void>((resolve) => void socket.on("connect", resolve));
  const junk: unknown[] = [undefined, null, 7, "", "a b", {}, [], { toString: 1 }, "x".repeat(300), Uint8Array.of(1)];
  for (const verb of ["hello", "subscribe", "unsubscribe", "publish", "message", "other"]) {
    const event = `peerhood-signals:${verb}`;
    for (const value of junk) for (const more of junk) socket.emit(event, value, more);
    socket.emit(event);
  }
  const ask = (verb: string, ...values: unknown[]): Promise<unknown> =>
    socket.timeout(2_000).emitWithAck(`peerhood-signals:${verb}`, ...values);
  for (const value of junk) {
    expect(await ask("subscribe", value)).toMatchObject({ error: "invalid" });
    expect(await ask("publish", value, Uint8Array.of(1))).toMatchObject({ error: "invalid" });
  }
  expect(await ask("publish", "t", "text")).toMatchObject({ error: "invalid" });
  expect(await ask("publish", "t", new Uint8Array(131_073))).toMatchObject({ error: "too-large" });
  expect(await ask("subscribe", "throws")).toEqual({ error: "failed", reason: "the server failed" });
  expect(await ask("subscribe", "t")).toEqual({ ok: true });
  const arrived = once(socket as never, "peerhood-signals:message");
  expect(await ask("publish", "t", Uint8Array.of(5))).toEqual({ ok: true });
  expect((await arrived)[0]).toBe("t");
  expect([...server.server.sockets.sockets.values()].flatMap(({ rooms }) => [...rooms])).toContain(
    "peerhood-signals/t",
  );
  socket.disconnect();
  await server.stop();
});
