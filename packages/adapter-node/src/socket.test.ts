import type { AddressInfo } from "node:net";
import type { SocketEvent } from "@peerhood/core";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { nodeAdapter } from "./index.js";
import { run } from "./testing/child.js";

describe("sockets", () => {
  it("carry text and bytes, and tell code and reason of the close", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    server.on("connection", (client) => {
      client.on("message", (data, isBinary) => {
        client.send(data, { binary: isBinary });
        if (String(data) === "bye") client.close(4_001, "enough");
      });
    });
    await new Promise((resolve) => server.once("listening", resolve));
    const socket = nodeAdapter.createSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(socket.readyState).toBe(0);
    const heard: unknown[] = [];
    socket.addEventListener("message", ({ data }) => heard.push(data));
    await new Promise<void>((resolve) => socket.addEventListener("open", () => resolve()));
    const closed = new Promise<SocketEvent>((resolve) => socket.addEventListener("close", resolve));
    socket.send(new Uint8Array([1, 2, 3]));
    socket.send("bye");
    expect(await closed).toMatchObject({ type: "close", code: 4_001, reason: "enough" });
    expect(heard.map((data) => (typeof data === "string" ? data : [...new Uint8Array(data as ArrayBuffer)]))).toEqual([
      [1, 2, 3],
      "bye",
    ]);
    expect(socket.readyState).toBe(3);
    server.close();
  });

  it.each(["", "nonsense", "ftp://example.org", "ws://"])("refuse the URL %j, which is not repeated", (url) => {
    expect(() => nodeAdapter.createSocket(url)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", message: expect.not.stringContaining("example") }),
    );
  });

  it("without a listener for errors end no process, and unreferenced let it end", async () => {
    const { code, output } = await run("sockets");
    expect({ code, output }).toEqual({ code: 0, output: "refused and open\n" });
  });
});
