import { expect, it } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import { startHttpServer } from "../test-support/http-server.js";
import { openJsonSocket } from "./json-socket.js";

async function withServer(serve: (socket: WebSocket) => void, test: (url: string) => Promise<void>): Promise<void> {
  const { server, port, stop } = await startHttpServer();
  new WebSocketServer({ server }).on("connection", serve);
  await test(`ws://127.0.0.1:${port}/path?key=secret`).finally(stop);
}

it("carries JSON, and leaves out what is none", () =>
  withServer(
    (socket) =>
      socket.on("message", (frame) => ["{", Buffer.of(1), String(frame)].forEach((each) => socket.send(each))),
    async (url) => {
      const heard: unknown[] = [];
      await new Promise<void>((resolve, reject) => {
        const message = (value: unknown): void => (heard.push(value), resolve());
        openJsonSocket(url, { message, ended: reject }, new AbortController().signal).then((socket) => {
          socket.send({ a: ["日本", null] });
        }, reject);
      });
      expect(heard).toEqual([{ a: ["日本", null] }]);
    },
  ));

it("notices a server that has gone silent, and does not name what is in the url", () =>
  withServer(
    () => {},
    async (url) => {
      let pings = 0;
      const reason = await new Promise<Error>((ended) => {
        const ping = { everyMs: 20, send: () => void pings++ };
        void openJsonSocket(url, { message: () => {}, ended }, new AbortController().signal, ping);
      });
      expect(reason.message).toMatch(/^127\.0\.0\.1:\d+ is silent\.$/);
      expect(pings).toBe(1);
    },
  ));

it("goes on with one that answers", () =>
  withServer(
    (socket) => socket.on("message", () => socket.send("1")),
    async (url) => {
      let pings = 0;
      await new Promise<void>((resolve, reject) => {
        const ping = {
          everyMs: 20,
          send: (socket: { send(value: unknown): void; close(): void }): void => {
            socket.send("ping");
            if (++pings < 4) return;
            socket.close();
            resolve();
          },
        };
        void openJsonSocket(url, { message: () => {}, ended: reject }, new AbortController().signal, ping);
      });
      expect(pings).toBe(4);
    },
  ));
