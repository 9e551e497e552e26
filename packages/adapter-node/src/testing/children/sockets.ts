import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { WebSocketServer } from "ws";
import { nodeAdapter } from "../../index.js";

/** An unreferenced socket lets the process end; a refused one does not end it the hard way. */
const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
// The server's end would keep the process alive, too.
server.on("connection", (_socket, request) => request.socket.unref());
await new Promise((resolve) => server.once("listening", resolve));
const { port } = server.address() as AddressInfo;
const socket = nodeAdapter.createSocket(`ws://127.0.0.1:${port}`);
await new Promise<void>((resolve) => socket.addEventListener("open", () => resolve()));

const free = createServer().listen(0);
const freePort = (free.address() as AddressInfo).port;
await new Promise((resolve) => free.close(resolve));
const refused = nodeAdapter.createSocket(`ws://127.0.0.1:${freePort}`);
await new Promise<void>((resolve) => refused.addEventListener("close", () => resolve()));

socket.unref?.();
socket.ref?.();
socket.unref?.();
server.close();
console.log("refused and open");
